// What lives for one call: the events of a batch and what they show; and the small books of State.

#include <algorithm>
#include <variant>

#include "engine/connection_state.h"

namespace h2assay {

void Batch::clear() {
  events.clear();
  fields.clear();
  changed.clear();
  shown_.clear();
  text.clear();
}

void Batch::show_fields(Link link, std::size_t first) {
  shown_.push_back({link.position,
                    static_cast<std::uint32_t>(first),
                    static_cast<std::uint32_t>(fields.size() - first)});
}

void Batch::show_changes(Link link, std::size_t first) {
  shown_.push_back({link.position,
                    static_cast<std::uint32_t>(first),
                    static_cast<std::uint32_t>(changed.size() - first)});
}

void Batch::settle() {
  for (const Shown& shown : shown_) {
    std::visit(
        [&](auto& event) {
          if constexpr (requires { event.fields; }) {
            event.fields = Fields(fields).subspan(shown.first, shown.count);
          } else if constexpr (requires { event.changed; }) {
            event.changed =
                std::span<const ChangedSetting>(changed).subspan(shown.first, shown.count);
          }
        },
        events[shown.event]);
  }
}

std::uint32_t Authorities::keep(std::string_view authority) {
  std::size_t free = entries_.size();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.users == 0) {
      free = std::min(free, i);
    } else if (entry.text == authority) {
      ++entry.users;
      return static_cast<std::uint32_t>(i + 1);
    }
  }
  if (free == entries_.size()) entries_.emplace_back();
  entries_[free].text = authority;
  entries_[free].users = 1;
  return static_cast<std::uint32_t>(free + 1);
}

void Authorities::release(std::uint32_t number) {
  if (number == 0) return;
  Entry& entry = entries_[number - 1];
  if (--entry.users != 0) return;
  entry.text.clear();
  while (!entries_.empty() && entries_.back().users == 0) entries_.pop_back();
}

std::string_view Authorities::text(std::uint32_t number) const {
  return number == 0 ? std::string_view() : std::string_view(entries_[number - 1].text);
}

}  // namespace h2assay
