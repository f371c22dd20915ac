#pragma once
// Servers that overdo it: they take for an error, overlook, or misread what the RFC tells a
// receiver to take.  The engine's rules cannot be bent this way, so these stand before it: they
// look at each frame that comes in, and the engine never sees what they have fallen out with.

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/peers/peer.h"
#include "engine/options.h"
#include "properties/wire/frame.h"
#include "properties/wire/hpack.h"

namespace h2assay {

// One frame of the client, and what the server knows when it comes.
struct Incoming {
  // What became of a stream before this frame.
  struct Stream {
    bool opened = false;        // HEADERS came
    bool client_ended = false;  // END_STREAM or RST_STREAM came
    bool server_ended = false;
    bool server_reset = false;
    bool zero_credit = false;  // WINDOW_UPDATE by 0 came: a stream error
    std::size_t data_frames = 0;
  };

  const wire::RawFrame& frame;
  // Of a frame that completes a field block: what stands in it; else null.
  const wire::DecodedBlock* block = nullptr;
  Stream stream{};                   // the frame's
  std::size_t frames = 0;            // that came before it
  std::uint32_t highest_stream = 0;  // of HEADERS before it
  bool in_field_block = false;       // before it
  std::size_t block_frames = 0;      // of the latest block, with this one
  std::size_t blocks = 0;            // complete ones before it
  std::uint64_t dynamic_octets = 0;  // in the dynamic table before it
  bool acknowledged = false;         // the server's SETTINGS, before it
  bool client_said_goaway = false;   // before it
  std::uint64_t content_octets = 0;  // of all DATA before it

  bool is(wire::FrameType type) const { return frame.is(type); }

  bool has(std::uint8_t flag) const { return frame.has(flag); }

  std::uint32_t id() const { return frame.stream_id(); }

  bool idle() const { return id() != 0 && !stream.opened; }

  bool over() const { return stream.client_ended && stream.server_ended; }
};

struct Overdoing {
  enum class Answer : std::uint8_t {
    connection_error,  // GOAWAY with PROTOCOL_ERROR, and the end
    stream_error,      // RST_STREAM with PROTOCOL_ERROR
    overlook,          // as if the frame had not come
    misread,           // as if it said what `misread` makes of it
  };
  std::string_view name;
  std::vector<std::string_view> requirements;
  Answer answer = Answer::connection_error;
  bool (*at)(const Incoming& incoming) = nullptr;
  wire::RawFrame (*misread)(const Incoming& incoming) = nullptr;
};

std::span<const Overdoing> overdoings();

// The groups; in overdo_*.cpp.
std::vector<Overdoing> overdone_frames();
std::vector<Overdoing> overdone_streams();
std::vector<Overdoing> overdone_compression();
std::vector<Overdoing> overdone_messages();

// The reference server in memory, behind it.  `which` must outlive the peer.
std::unique_ptr<Peer> overdoing_peer(const Overdoing& which, Options engine);

}  // namespace h2assay
