#pragma once
// What an observer knows of one connection: both senders, every stream, and what is unknown.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "properties/model.h"
#include "properties/observer.h"
#include "properties/observer/checks.h"
#include "properties/wire/frame.h"
#include "properties/wire/hpack.h"

namespace h2assay::watch {

struct SectionJudgement;

enum class Who : std::uint8_t { us, peer };

constexpr Who opposite(Who who) { return who == Who::us ? Who::peer : Who::us; }

// The settings that one side announced: in force is what the other side has acknowledged.
class SettingsBook {
 public:
  using Entries = std::vector<wire::SettingEntry>;

  // `at`: the position of the frame among those of its sender.
  void announce(Entries entries, std::size_t at);
  // The oldest announcement comes into force; nothing when none waits.
  std::optional<Entries> acknowledge();

  std::uint32_t in_force(wire::SettingId id) const;
  // The largest and the smallest value that may be in force at the other side.
  std::uint32_t most(wire::SettingId id) const;
  std::uint32_t least(wire::SettingId id) const;
  // The value that was announced last, acknowledged or not.
  std::uint32_t latest(wire::SettingId id) const;
  // Where the oldest announcement that waits for its ACK stood.
  std::optional<std::size_t> waiting_since() const;
  bool announced_before(wire::SettingId id, std::uint32_t value) const;

 private:
  struct Announcement {
    Entries entries;
    std::size_t at = 0;
  };

  std::map<std::uint16_t, std::uint32_t> in_force_;
  std::deque<Announcement> waiting_;
  std::map<std::uint16_t, std::vector<std::uint32_t>> ever_;
};

// What one side did on one stream.
struct Half {
  bool headers = false;
  bool ended = false;
  bool reset = false;
  std::size_t reset_at = 0;  // position of the frame among those of its sender
  std::size_t ended_at = 0;
  std::uint32_t frames = 0;
  std::int64_t spent = 0;   // flow-controlled octets sent
  std::int64_t credit = 0;  // WINDOW_UPDATE given to the other side
  std::uint16_t status = 0;
  std::optional<model::Message> message{};
};

struct Stream {
  std::array<Half, 2> half;
  Who opener = Who::us;
  std::size_t opened_at = 0;  // position of the opening frame among those of the opener
  bool promised = false;
  bool unknown = false;
  bool active = false;  // counts against MAX_CONCURRENT_STREAMS
  model::Method method = model::Method::other;

  Half& of(Who who) { return half[static_cast<std::size_t>(who)]; }

  const Half& of(Who who) const { return half[static_cast<std::size_t>(who)]; }
};

// A field block that is not complete yet.
struct OpenBlock {
  std::uint32_t stream = 0;
  std::uint32_t promised = 0;  // PUSH_PROMISE: the block's own stream
  bool end_stream = false;
  bool allowed = true;  // the frame itself was in order: the fields are judged
  std::vector<std::uint8_t> octets;
};

// One sender.
struct Side {
  wire::Role role = wire::Role::client;
  std::size_t frames = 0;
  SettingsBook settings;  // that this side announced
  std::size_t settings_frames = 0;
  wire::HpackDecoder hpack;  // of the blocks that this side sends
  bool hpack_lost = false;
  std::optional<OpenBlock> block{};
  std::uint32_t highest_opened = 0;            // or promised, by this side
  std::int64_t credit = wire::kDefaultWindow;  // of the connection, given to the other side
  std::int64_t spent = 0;
  std::uint32_t active = 0;
  std::optional<std::uint32_t> goaway{};  // last stream of the last GOAWAY
  std::size_t goaway_at = 0;
  bool altsvc = false;  // has sent ALTSVC

  struct Ping {
    std::vector<std::uint8_t> data;
    std::size_t at = 0;
    std::size_t acknowledged_before = 0;
  };

  std::deque<Ping> pings;  // not answered yet
};

// Takes the frames of both sides in the order in which we saw them.
class Conversation {
 public:
  explicit Conversation(wire::Role peer);

  void frame(Who from, const wire::RawFrame& frame);
  // A frame of the peer whose header alone says that it is larger than anything that we permitted.
  void oversized(std::uint32_t length, std::uint32_t stream, std::uint8_t type);
  // The largest frame that this sender may have a reason to send.
  std::uint32_t longest_frame(Who sender) const;
  void bad_preface(Who from);
  void good_preface(Who from);

  // We did something that is no frame, or lost count of our own frames.
  void all_unknown() { alien_ = true; }

  void connection_unknown() { connection_unknown_ = true; }

  const std::vector<Finding>& findings() const { return findings_; }

  std::uint64_t observed(Check check) const { return observed_[static_cast<std::size_t>(check)]; }

  wire::Role peer_role() const { return side(Who::peer).role; }

  std::size_t peer_frames() const { return side(Who::peer).frames; }

 private:
  const Side& side(Who who) const { return sides_[static_cast<std::size_t>(who)]; }

  using Detail = std::function<std::string()>;

  // Judges one thing that `who` did: accuses, counts, or makes unknown.  Returns `kept`.
  bool judge(Who who, Check check, bool kept, std::uint32_t stream = 0, const Detail& detail = {});
  bool is_unknown(Reach reach, std::uint32_t stream) const;
  void make_unknown(Reach reach, std::uint32_t stream);

  Side& side(Who who) { return sides_[static_cast<std::size_t>(who)]; }

  Stream* find(std::uint32_t id);
  // A limit of the other side's settings: for the peer the most generous, for us what is certain.
  std::uint32_t limit(Who sender, wire::SettingId id) const;

  // conversation_format.cpp
  bool format_kept(Who who, const wire::RawFrame& frame);
  bool stream_number_kept(Who who, const wire::RawFrame& frame);
  bool length_kept(Who who, const wire::RawFrame& frame);
  bool layout_kept(Who who, const wire::RawFrame& frame);
  bool sequence_kept(Who who, const wire::RawFrame& frame);

  // conversation_connection.cpp
  void settings(Who who, const wire::RawFrame& frame);
  void setting_values(Who who, const SettingsBook::Entries& entries);
  void settings_ack(Who who);
  void ping(Who who, const wire::RawFrame& frame);
  void goaway(Who who, const wire::RawFrame& frame);
  void acknowledged(std::size_t through, std::size_t before);
  void answered(const Stream& stream);
  void barrier_moved();

  bool must_have_processed(std::size_t our_frame) const { return our_frame < processed_; }

  // conversation_streams.cpp
  bool stream_allows(Who who, std::uint32_t id, const wire::RawFrame& frame);
  bool idle_allows(Who who, std::uint32_t id, const wire::RawFrame& frame);
  bool closed_allows(Who who, std::uint32_t id, const wire::RawFrame& frame, const Stream& stream);
  bool half_allows(Who who, std::uint32_t id, const wire::RawFrame& frame, const Stream& stream);
  void open(Who who, std::uint32_t id);
  void activate(Who who, std::uint32_t id);
  void settle(Stream& stream);
  void deactivate(Stream& stream);
  void end_stream(Who who, std::uint32_t id);
  void data(Who who, const wire::RawFrame& frame);
  void spend(Who who, std::uint32_t id, std::uint32_t octets);
  void window_update(Who who, const wire::RawFrame& frame);
  void reset(Who who, const wire::RawFrame& frame);

  // conversation_messages.cpp
  void headers(Who who, const wire::RawFrame& frame);
  void push_promise(Who who, const wire::RawFrame& frame);
  bool promise_allowed(Who who, std::uint32_t id, std::uint32_t promised);
  void continuation(Who who, const wire::RawFrame& frame);
  void block_complete(Who who);
  std::optional<std::vector<wire::FieldLine>> decode(Who who, const OpenBlock& block);
  void section(Who who, const OpenBlock& block, const std::vector<wire::FieldLine>& lines);
  void promise_section(Who who, const OpenBlock& block, const std::vector<wire::FieldLine>& lines);
  void judge_fields(Who who,
                    std::uint32_t id,
                    model::Section section,
                    const SectionJudgement& judged,
                    const std::vector<wire::FieldLine>& lines);
  void judge_response_fields(Who who, std::uint32_t id, const std::vector<wire::FieldLine>& lines);
  void altsvc(Who who, const wire::RawFrame& frame);
  void alternatives(Who who, std::string_view value);
  void judge_message(Who who, std::uint32_t id, model::MessageFault fault);
  void judge_lengths(Who who, std::uint32_t id, const model::SectionFacts& facts);

  std::array<Side, 2> sides_;
  std::unordered_map<std::uint32_t, Stream> streams_;
  bool connection_unknown_ = false;
  bool alien_ = false;

  // Barriers, as counts of our frames: what lies before is certainly processed.
  std::size_t acknowledged_ = 0;  // a PING or SETTINGS of ours after it was acknowledged
  std::size_t round_trip_twice_ = 0;
  std::size_t answered_ = 0;  // a request of ours after it was answered whole
  std::size_t processed_ = 0;
  std::vector<std::uint32_t> resets_of_ours_;

  std::vector<Finding> findings_;
  std::array<std::uint64_t, 160> observed_{};
};

}  // namespace h2assay::watch
