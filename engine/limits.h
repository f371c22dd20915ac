#pragma once
// Every bound of a connection, its default and the reason for it.  0 switches a bound off.  Each
// has a rule of the same name in rules.inc, so that the GOAWAY that enforces it says which one it
// was. RFC 9113, Section 10.5.
//
// Time is optional.  A connection whose owner never calls advance() must serve for ever, so budgets
// refill by useful work too: a finished request pays for the noise around it.  Cheap replies are
// bounded by what waits undrained, not by how many there ever were.

#include <algorithm>
#include <cstdint>

namespace h2assay {

// A token bucket: so much at once, so much back a second, so much back for each finished request.
struct BudgetLimit {
  std::uint32_t burst = 0;  // 0: no limit
  std::uint32_t per_second = 0;
  std::uint32_t per_request = 0;
  friend bool operator==(const BudgetLimit&, const BudgetLimit&) = default;
};

// What of such a bucket is spent.  A plain value of eight octets.
class Budget {
 public:
  // False when the bucket does not hold that much; then nothing is taken.
  [[nodiscard]] bool spend(const BudgetLimit& limit, std::uint32_t amount = 1) {
    if (limit.burst == 0) return true;
    if (amount > limit.burst - std::min(limit.burst, spent_)) return false;
    spent_ += amount;
    return true;
  }

  // Useful work gives tokens back.
  void refill(std::uint32_t amount) {
    spent_ -= std::min(spent_, amount);
    if (spent_ == 0) thousandths_ = 0;
  }

  void request_finished(const BudgetLimit& limit) { refill(limit.per_request); }

  // advance(a), advance(b) is advance(a + b).
  void advance(const BudgetLimit& limit, std::uint64_t milliseconds) {
    if (spent_ == 0 || limit.per_second == 0) return;
    const std::uint64_t enough = std::uint64_t{spent_} * 1000 / limit.per_second + 1;
    if (milliseconds >= enough) {
      refill(spent_);
      return;
    }
    const std::uint64_t credit = milliseconds * limit.per_second + thousandths_;
    thousandths_ = static_cast<std::uint32_t>(credit % 1000);
    refill(static_cast<std::uint32_t>(std::min<std::uint64_t>(credit / 1000, spent_)));
  }

  std::uint32_t spent() const { return spent_; }

  friend bool operator==(const Budget&, const Budget&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [spent, thousandths] = *this;
    hash.add(spent, thousandths);
  }

 private:
  std::uint32_t spent_ = 0;
  std::uint32_t thousandths_ = 0;
};

struct Limits {
  // --- Field sections.  What is larger is still decoded (4.3), so that later blocks decode right.

  // Octets of one field block as it comes, all frames together.  Over: the connection, as the block
  // is not decoded.  Twice the list size that Options announce: a list that is a little too large
  // is answered on its stream.
  std::uint32_t field_block_octets = 131072;
  // CONTINUATION frames of one block.  64 KiB in frames of 16 KiB need four; the flood of empty
  // ones (CVE-2024-27316 and its kin) needs thousands.
  std::uint32_t continuation_frames = 8;
  // Field lines of one section, each cookie crumb and each indexed repeat counted: a block of
  // one-octet references is an amplifier (65536 of them from 64 KiB).  Over: the stream.
  std::uint32_t field_lines = 200;
  // What our encoder spends for a table, whatever more the peer allows: D50.
  std::uint32_t encoder_table_octets = 4096;

  // --- Streams ---------------------------------------------------------------------------------

  // Streams that ended without a finished exchange: reset by the peer before the response ended,
  // refused, or reset by us because of what the peer did (rapid reset, CVE-2023-44487;
  // MadeYouReset, CVE-2025-8671).  Twenty cancels of a hundred requests are ordinary; a finished
  // request pays for one.
  BudgetLimit stream_churn{.burst = 200, .per_second = 20, .per_request = 1};
  // Promised streams that have not begun.  They don't count for MAX_CONCURRENT_STREAMS: 5.1.2.
  std::uint32_t reserved_streams = 100;
  // The last so many streams of each side whose end we remember, so that late frames are known as
  // late (5.1).  Rounded up to a power of two, at most 2^20; 0 is that most.
  std::uint32_t remembered_streams = 1024;

  // --- Output ----------------------------------------------------------------------------------

  // Octets that wait undrained; over it, calls of the user are refused (Misuse::output_full).
  std::uint32_t output_octets = 1048576;
  // Replies nobody asked the user about (PING ACK, SETTINGS ACK, RST_STREAM, WINDOW_UPDATE) that
  // wait undrained.  The ping and settings floods (CVE-2019-9512, -9515) fill this and nothing
  // else.
  std::uint32_t undrained_replies = 1000;

  // --- Control frames ----------------------------------------------------------------------------

  // Parameters of one SETTINGS frame.  Nine are registered; 2400 of them in each frame was
  // CVE-2020-11080.
  std::uint32_t settings_entries = 32;
  // SETTINGS frames of ours that the peer has not acknowledged; further ones are refused locally.
  std::uint32_t unacknowledged_settings = 16;
  // PING frames of ours whose answer we still recognise.
  std::uint32_t unanswered_pings = 64;
  // PRIORITY, and PRIORITY_UPDATE: no tree is kept, yet each is an event.  A browser sends a few
  // for each request.
  BudgetLimit priority_frames{.burst = 1000, .per_second = 100, .per_request = 100};
  // WINDOW_UPDATE.  A receiver sends about two for each DATA frame; each DATA frame that we send
  // gives 20 back (kWindowUpdatesPerDataFrame).
  BudgetLimit window_updates{.burst = 1000, .per_second = 100, .per_request = 20};
  static constexpr std::uint32_t kWindowUpdatesPerDataFrame = 20;
  // Interim responses: 103 for ever and never a 200.
  BudgetLimit interim_responses{.burst = 100, .per_second = 20, .per_request = 10};
  // Entries of one ORIGIN frame: each is an event.
  std::uint32_t origin_entries = 128;
  // What is legal and pointless: frames of unknown type, frames for streams long gone, a SETTINGS
  // ACK or GOAWAY too many.  One of each unknown type at four lengths (984) must pass.
  BudgetLimit glitches{.burst = 1000, .per_second = 100, .per_request = 10};

  // --- DATA ------------------------------------------------------------------------------------

  // Empty DATA frames in a row on the connection, END_STREAM exempt (CVE-2019-9518).  Three are
  // ordinary.
  std::uint32_t empty_data_frames = 4;
  // Octets by which DATA frames without END_STREAM fall short of kSmallData, added up.  A thousand
  // one-octet frames; whatever the application acknowledges gives kSmallData back, so that a stream
  // of small messages that somebody reads goes on for ever.
  BudgetLimit small_data{.burst = 262144, .per_second = 25600, .per_request = 25600};
  static constexpr std::uint32_t kSmallData = 256;
};

}  // namespace h2assay
