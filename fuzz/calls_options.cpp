#include "fuzz/calls_options.h"

#include <optional>
#include <span>

#include "fuzz/spoil.h"
#include "properties/pair/boundary.h"

namespace h2assay::fuzz {

namespace {

using boundary::pick;

bool bit(std::uint8_t octet, std::size_t number) { return ((octet >> number) & 1) != 0; }

constexpr std::array<std::optional<std::uint32_t>, 4> kSwitch{std::nullopt, 0, 1, 2};

void announce(InitialSettings& settings, const CallsHead& head) {
  settings.header_table_size = pick(boundary::kHeaderTable, head[2]);
  settings.initial_window_size = pick(boundary::kWindow, head[2] / 16U);
  settings.max_frame_size = pick(boundary::kFrameSize, head[3]);
  settings.max_concurrent_streams = pick(boundary::kStreams, head[3] / 16U);
  settings.max_header_list_size = pick(boundary::kListSize, head[4]);
  settings.enable_push = pick(kSwitch, head[4] / 16U);
  settings.enable_connect_protocol = pick(kSwitch, head[5]);
  settings.no_rfc7540_priorities = pick(kSwitch, head[5] / 16U);
  for (std::uint16_t i = 0; i < head[6] % 8U; ++i)
    settings.other.emplace_back(static_cast<std::uint16_t>(0xf000 + i), i);
  // More than one frame holds.
  if (bit(head[6], 7)) settings.other.assign(3000, {0xf0ff, 1});
}

constexpr std::array<std::uint32_t Limits::*, 13> kCounts{&Limits::field_block_octets,
                                                          &Limits::continuation_frames,
                                                          &Limits::field_lines,
                                                          &Limits::encoder_table_octets,
                                                          &Limits::reserved_streams,
                                                          &Limits::remembered_streams,
                                                          &Limits::output_octets,
                                                          &Limits::undrained_replies,
                                                          &Limits::settings_entries,
                                                          &Limits::unacknowledged_settings,
                                                          &Limits::unanswered_pings,
                                                          &Limits::origin_entries,
                                                          &Limits::empty_data_frames};
constexpr std::array<BudgetLimit Limits::*, 6> kBudgets{&Limits::stream_churn,
                                                        &Limits::priority_frames,
                                                        &Limits::window_updates,
                                                        &Limits::interim_responses,
                                                        &Limits::glitches,
                                                        &Limits::small_data};

// The octets from `which` on, a bit for each limit.
void change_limits(Limits& limits, std::span<const std::uint8_t> which, std::uint32_t value) {
  std::size_t number = 0;
  const auto chosen = [&] {
    const std::size_t at = number++;
    return bit(which[at / 8], at % 8);
  };
  for (const auto count : kCounts)
    if (chosen()) limits.*count = value;
  for (const auto budget : kBudgets)
    if (chosen()) limits.*budget = {.burst = value, .per_second = value / 2, .per_request = 1};
}

}  // namespace

Options options_of_head(const CallsHead& head) {
  Options options;
  options.role = bit(head[0], 0) ? Role::client : Role::server;
  options.validate_inbound_fields = !bit(head[0], 1);
  options.validate_outbound_fields = !bit(head[0], 2);
  options.normalize_inbound_fields = !bit(head[0], 3);
  options.normalize_outbound_fields = !bit(head[0], 4);
  options.split_outbound_cookies = bit(head[0], 5);
  options.check_content_length = !bit(head[0], 6);
  options.strict_fields = bit(head[0], 7);
  options.answer_malformed_requests = bit(head[1], 0);
  options.rfc7540_priority = bit(head[1], 1);
  options.allow_upgrade = bit(head[1], 2);
  options.unchecked = bit(head[1], 3);
  announce(options.settings, head);
  change_limits(options.limits, std::span(head).subspan(7, 3), head[10]);
  spoil_rules(options, head[11], head[12]);
  spoil_rules(options, head[13], head[14]);
  return options;
}

Beginning beginning_of(const CallsHead& head) {
  return {.initiates = !bit(head[1], 4), .hears = !bit(head[1], 5), .upgrade = head[1] / 64U};
}

}  // namespace h2assay::fuzz
