// Two engines talk, and they are not honest: a wrong sending habit stands in front
// of one, a rule of theirs is switched off or answered otherwise, their options leave checks out.
//
// The first kHead octets choose the habits (two octets each; 0: none), then two octets of options
// and four of quirks; the rest is a script (properties/pair/script.h).  With habits alone every
// promise that survives a hostile network holds.  An engine that was spoilt by quirks and options
// owes what no peer and no caller may take away: a value, the same for every split, unchanged by
// what it refuses.

#include <algorithm>
#include <array>
#include <string>

#include "engine/rules.h"
#include "fuzz/check.h"
#include "fuzz/script_target.h"
#include "fuzz/spoil.h"

namespace {

using namespace h2assay;

constexpr std::size_t kHead = 10;
using Head = std::array<std::uint8_t, kHead>;

// A habit may keep the other end busy for ever: coming to rest is not owed (quiescence).
constexpr std::array<std::string_view, 24> kAmongTheWicked{"window_ledger",
                                                           "frame_fits_peer",
                                                           "frames_well_formed",
                                                           "settings_acked_once",
                                                           "one_rst_per_stream",
                                                           "last_stream_id_never_rises",
                                                           "closed_is_closed",
                                                           "related_events_once",
                                                           "message_grammar",
                                                           "content_arrives",
                                                           "two_conforming_ends",
                                                           "bounded_output",
                                                           "windows_agree",
                                                           "credit_returns",
                                                           "goaway_covers",
                                                           "streams_agree",
                                                           "hpack_agrees",
                                                           "frames_become_events",
                                                           "observer_accuses_nobody",
                                                           "everything_completes",
                                                           "refusal_leaves_no_trace",
                                                           "refused_call_changes_nothing",
                                                           "split_invisible",
                                                           "snapshot_replay"};

constexpr std::array<std::string_view, 4> kAlways{"refused_call_changes_nothing",
                                                  "refusal_leaves_no_trace",
                                                  "split_invisible",
                                                  "snapshot_replay"};

std::size_t number(const Head& head, std::size_t at) {
  return static_cast<std::size_t>(head[at]) | static_cast<std::size_t>(head[at + 1]) << 8;
}

const HabitRow* habit_of(std::size_t number, Role role) {
  if (number == 0) return nullptr;
  const HabitRow& row = habits()[(number - 1) % habits().size()];
  return row.fits(role) ? &row : nullptr;
}

void spoil_options(Options& options, std::uint8_t bits) {
  options.validate_inbound_fields = (bits & 1) == 0;
  options.validate_outbound_fields = (bits & 2) == 0;
  options.normalize_inbound_fields = (bits & 4) == 0;
  options.normalize_outbound_fields = (bits & 8) == 0;
  options.split_outbound_cookies = (bits & 16) != 0;
  options.check_content_length = (bits & 32) == 0;
  options.strict_fields = (bits & 64) != 0;
  options.unchecked = (bits & 128) != 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Head head{};
  const std::size_t taken = std::min(size, head.size());
  std::copy_n(data, taken, head.begin());
  fuzz::ScriptTarget target{
      .habits = {habit_of(number(head, 0), Role::client), habit_of(number(head, 2), Role::server)}};
  // One end at a time: two that repeat what they hear grow without bound.
  if (target.habits[0] != nullptr) target.habits[1] = nullptr;
  const bool spoilt =
      std::any_of(head.begin() + 4, head.end(), [](auto octet) { return octet != 0; });
  target.holds = kAmongTheWicked;
  if (spoilt) {
    target.holds = kAlways;
    target.spoil = [head](Options& client, Options& server) {
      spoil_options(client, head[4]);
      spoil_options(server, head[5]);
      fuzz::spoil_rules(client, head[6], head[7]);
      fuzz::spoil_rules(server, head[8], head[9]);
      client.rfc7540_priority = server.rfc7540_priority = (head[4] & 64) != 0;
    };
  }
  fuzz::run_script({data + taken, size - taken}, target);
  return 0;
}
