// Octets, cut anyhow, into one engine.
//
// The first octet chooses the role and whether a legal handshake precedes; the rest is what
// arrives, and a certain last octet makes an upgrade of HTTP/1.1 of the beginning.  Promises: no
// crash; the connection fails at most once and nothing follows; cutting anew changes nothing;
// output is bounded by input; the state after a failure takes no more octets.

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include "engine/connection.h"
#include "fuzz/check.h"
#include "fuzz/frame_checks.h"
#include "fuzz/opening.h"
#include "properties/pair/event_text.h"

namespace {

using namespace h2assay;

// A PING ACK is the largest reply for its frame but one: 17 octets for 17.  WINDOW_UPDATE,
// RST_STREAM (13) and SETTINGS ACK (9) answer frames of at least nine octets; GOAWAY comes once.
constexpr std::size_t kReplyFactor = 2;
constexpr std::size_t kReplyOnce = 4096;
constexpr std::uint8_t kUpgrade = 0xd9;

void check_end(Events events, const Connection& end) {
  for (std::size_t i = 0; i + 1 < events.size(); ++i)
    if (std::holds_alternative<ConnectionFailed>(events[i]))
      fuzz::fail("frames: an event after the connection failed", text_of(events));
  const bool failed = !events.empty() && std::holds_alternative<ConnectionFailed>(events.back());
  if (failed && !end.terminal()) fuzz::fail("frames: failed, yet not terminal", text_of(events));
}

// By the first octet: what an HTTP/1.1 client put into its HTTP2-Settings field.
constexpr std::array<std::string_view, 7> kUpgrades{
    "", "AAMAAABkAAQAAP__", "AAEAAAAAAAQAAAAB", "AAQAAP8", "AAQAAP_!", "AAUAAAAB", "AAQAAP__A"};

// With the handshake of prior knowledge, or by an upgrade, which may be refused.
bool begin(Connection& end, std::uint8_t choice) {
  if (!end.options().allow_upgrade) {
    if (!end.initiate_connection()) fuzz::fail("frames: initiate_connection refused", "");
    return true;
  }
  const Digest before = end.digest();
  const bool client = end.options().role == Role::client;
  const auto header = client ? std::string_view{} : kUpgrades[choice / 32U % kUpgrades.size()];
  const Sent<std::string> begun = end.initiate_upgrade_connection(header);
  if (!begun && end.digest() != before)
    fuzz::fail("refused_call_changes_nothing: an upgrade that is refused", "");
  if (begun && client) {
    // What a client announces, a server takes.
    Options options;
    options.allow_upgrade = true;
    options.role = Role::server;
    if (!Connection(options).initiate_upgrade_connection(*begun))
      fuzz::fail("frames: a server refuses the settings of our client's upgrade", *begun);
  }
  return begun.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Options options;
  options.role = (data[0] & 1) != 0 ? Role::client : Role::server;
  options.strict_fields = (data[0] & 4) != 0;
  options.rfc7540_priority = (data[0] & 8) != 0;
  options.answer_malformed_requests = (data[0] & 16) != 0;
  // The last octet of an input that is long enough: nothing else of it depends on the place.
  options.allow_upgrade = size > 1 && data[size - 1] == kUpgrade;
  Connection whole(options);
  if (!begin(whole, data[0])) return 0;
  static_cast<void>(whole.data_to_send());
  Connection cut = whole;

  std::vector<std::uint8_t> octets;
  if ((data[0] & 2) != 0) fuzz::append_opening(octets, options.role);
  std::ranges::copy(Octets(data, size).subspan(1), std::back_inserter(octets));
  fuzz::check_frames(octets, octets.empty() ? std::uint8_t{0} : octets.back());
  if (fuzz::printing()) fuzz::print(text_of(Connection(whole).receive_data(octets)));

  const Events events = whole.receive_data(octets);
  check_end(events, whole);
  const std::string expected = text_of(events);
  if (whole.outbound_octets() > kReplyFactor * octets.size() + kReplyOnce)
    fuzz::fail("frames: more output than input accounts for", expected);

  std::string came;
  std::size_t base = 0;
  std::size_t step = 1 + data[0] / 32U;
  for (Octets rest = octets; !rest.empty();) {
    const std::size_t n = std::min(step, rest.size());
    const Events part = cut.receive_data(rest.first(n));
    check_end(part, cut);
    came += text_of(part, base);
    base += part.size();
    rest = rest.subspan(n);
    step = step * 5 % 31 + 1;
  }
  if (came != expected)
    fuzz::fail("split_invisible: events differ", expected + "--- cut anew:\n" + came);
  if (whole.digest() != cut.digest()) fuzz::fail("split_invisible: the state differs", expected);
  if (!std::ranges::equal(whole.data_to_send(), cut.data_to_send()))
    fuzz::fail("split_invisible: the output differs", expected);
  return 0;
}
