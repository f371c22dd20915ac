#include "fuzz/duet.h"

#include <algorithm>
#include <utility>

#include "engine/rules.h"
#include "properties/pair/event_text.h"

namespace h2assay::fuzz {

void Duet::tell(std::string_view text) {
  if (!printing()) return;
  print(text);
  told_ += text;
}

void Duet::compare(std::string_view behind) const {
  const bool same =
      end_.digest() == twin_.digest() && end_.outbound_octets() == twin_.outbound_octets();
  if (!same) fail("snapshot_replay: the state differs behind " + std::string(behind));
}

std::string Duet::in_pieces(Connection& cut, Octets octets) {
  std::string text;
  std::size_t base = 0;
  for (std::size_t step = 1 + cuts_ / 2U;; step = step * 5 % 4093 + 1) {
    const bool last = octets.size() <= step;
    const Events part = cut.receive_data(last ? octets : octets.first(step));
    text += text_of(part, base);
    base += part.size();
    if (&cut == &end_) heard_ = part;
    if (last) return text;
    octets = octets.subspan(step);
  }
}

// One engine gets all at once, the other in pieces; which one, the head says.
void Duet::hear_view(Octets octets) {
  const bool over = end_.terminal();
  const std::size_t waiting = end_.outbound_octets();
  const bool first_cut = cuts_ % 2 == 1;
  Connection& whole = first_cut ? twin_ : end_;
  Connection& cut = first_cut ? end_ : twin_;
  const std::vector<std::uint8_t> copy(octets.begin(), octets.end());
  std::string told;
  std::string told_in_pieces;
  if (first_cut) {
    told_in_pieces = in_pieces(cut, octets);
    told = text_of(whole.receive_data(copy));
  } else {
    heard_ = whole.receive_data(octets);
    told = text_of(heard_);
    told_in_pieces = in_pieces(cut, copy);
  }
  // A copy, and a copy of a copy, say the same.
  const OwnedEvents second = own(heard_);
  kept_ = second;
  if (text_of(kept_.events()) != text_of(heard_)) fail("a copy of events differs");
  tell("receive_data " + std::to_string(copy.size()) + ":\n" + told);
  if (told != told_in_pieces) fail("split_invisible: the events differ");
  for (const Event& event : kept_.events()) check_names(event);
  if (over && (!told.empty() || end_.outbound_octets() != waiting))
    fail("closed_is_closed: something is told or sent");
  compare("octets");
}

void Duet::hear_own(std::size_t most) {
  forget();
  const Octets own = end_.data_to_send(most);
  static_cast<void>(twin_.data_to_send(most));
  hear_view(own);
}

void Duet::drain(std::size_t most) {
  forget();
  const Octets out = end_.data_to_send(most);
  const Octets other = twin_.data_to_send(most);
  if (!std::ranges::equal(out, other)) fail("snapshot_replay: the output differs");
  if (out.size() > most) fail("data_to_send gives more than was asked for");
  compare("data_to_send");
}

void Duet::discard() {
  forget();
  end_.clear_outbound_data_buffer();
  twin_.clear_outbound_data_buffer();
  if (end_.outbound_octets() != 0) fail("what was thrown away still waits");
  compare("clear_outbound_data_buffer");
}

void Duet::advance(std::uint64_t milliseconds) {
  forget();
  end_.advance(milliseconds);
  twin_.advance(milliseconds);
  compare("advance");
}

void Duet::copy() {
  Connection other{Options{}};
  other = twin_;
  const Connection& same = other;
  other = same;
  twin_ = std::move(other);
  Connection moved(std::move(twin_));
  twin_ = std::move(moved);
  compare("a copy");
}

void Duet::check_names(const Event& event) const {
  if (const auto* changed = std::get_if<RemoteSettingsChanged>(&event)) {
    for (const ChangedSetting& one : changed->changed) {
      const auto id = static_cast<SettingId>(one.id);
      const std::string_view text = name(id);
      if (setting_id(text) != (text.empty() ? std::nullopt : std::optional(id)))
        fail("the name of a setting is not read back");
    }
  }
  if (const auto* reset = std::get_if<StreamReset>(&event)) {
    const std::string_view text = name(reset->code);
    if (error_code(text) != (text.empty() ? std::nullopt : std::optional(reset->code)))
      fail("the name of an error is not read back");
  }
  if (const auto* failed = std::get_if<ConnectionFailed>(&event)) {
    const Rule rule = failed->because.rule;
    if (rule_named(name(rule)) != rule) fail("the name of a rule is not read back");
    if (!describe(failed->because).starts_with(name(rule)))
      fail("a violation is not described by its rule");
  }
}

void Duet::check() const {
  if (end_.highest_outbound_stream_id() > 0x7fff'ffff ||
      end_.highest_inbound_stream_id() > 0x7fff'ffff)
    fail("a stream beyond 2^31-1");
  const Sent<std::uint32_t> next = end_.get_next_available_stream_id();
  if (next && end_.stream_phase(*next) != StreamPhase::idle)
    fail("the next stream is not idle but " + std::string(name(end_.stream_phase(*next))));
  const Settings announced = end_.local_settings();
  for (const SettingId id : kSettingIds)
    if (announced.value(static_cast<std::uint16_t>(id)).value_or(0) == Settings::kUnlimited &&
        id == SettingId::max_frame_size)
      fail("a frame size without limit");
}

}  // namespace h2assay::fuzz
