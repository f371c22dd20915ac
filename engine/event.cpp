#include "engine/event.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace h2assay {

namespace {

// Visits every view that an event holds: `fields`, `changed`, or octets and text.
template <class Visitor, class E> void visit_views(E& event, Visitor& visitor) {
  if constexpr (requires { event.fields; }) visitor(event.fields);
  if constexpr (requires { event.changed; }) visitor(event.changed);
  if constexpr (
      requires { event.data.size(); } && !requires { event.matched; } &&
      !std::is_same_v<std::remove_const_t<E>, PingReceived>) {
    visitor(event.data);
  }
  if constexpr (requires { event.value; }) visitor(event.value);
  if constexpr (requires { event.debug_data; }) visitor(event.debug_data);
  if constexpr (requires { event.origin; }) visitor(event.origin);
  if constexpr (requires { event.field_value; }) visitor(event.field_value);
  if constexpr (requires { event.payload; }) visitor(event.payload);
}

struct Measure {
  std::size_t fields = 0;
  std::size_t changed = 0;
  std::size_t octets = 0;

  void operator()(Fields view) {
    fields += view.size();
    for (const Field& field : view) octets += field.name.size() + field.value.size();
  }

  void operator()(std::span<const ChangedSetting> view) { changed += view.size(); }

  void operator()(Octets view) { octets += view.size(); }

  void operator()(std::string_view view) { octets += view.size(); }
};

// Copies what a view shows to room that is already reserved, and lets it look there.
struct Copy {
  std::vector<Field>& fields;
  std::vector<ChangedSetting>& changed;
  std::vector<char>& text;

  const char* keep(const char* from, std::size_t count) {
    const std::size_t at = text.size();
    text.insert(text.end(), from, from + count);
    return text.data() + at;
  }

  void operator()(std::string_view& view) { view = {keep(view.data(), view.size()), view.size()}; }

  void operator()(Octets& view) {
    const char* kept = keep(reinterpret_cast<const char*>(view.data()), view.size());
    view = {reinterpret_cast<const std::uint8_t*>(kept), view.size()};
  }

  void operator()(Fields& view) {
    const std::size_t at = fields.size();
    for (const Field& field : view) {
      Field& copy = fields.emplace_back(field);
      (*this)(copy.name);
      (*this)(copy.value);
    }
    view = Fields(fields).subspan(at);
  }

  void operator()(std::span<const ChangedSetting>& view) {
    const std::size_t at = changed.size();
    changed.insert(changed.end(), view.begin(), view.end());
    view = std::span<const ChangedSetting>(changed).subspan(at);
  }
};

}  // namespace

OwnedEvents::OwnedEvents(Events events) : events_(events.begin(), events.end()) {
  Measure measure;
  for (const Event& event : events_) {
    std::visit([&](const auto& e) { visit_views(e, measure); }, event);
  }
  fields_.reserve(measure.fields);
  changed_.reserve(measure.changed);
  text_.reserve(measure.octets);
  Copy copy{fields_, changed_, text_};
  for (Event& event : events_) {
    std::visit([&](auto& e) { visit_views(e, copy); }, event);
  }
}

}  // namespace h2assay
