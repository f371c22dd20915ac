#pragma once
// Frame lines to octets, and octets to frame lines, without loss: what is told and written again
// gives the same octets.  Refuses and repairs nothing.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "properties/transcript/block.h"
#include "properties/transcript/environment.h"
#include "properties/wire/frame.h"
#include "properties/wire/hpack.h"

namespace h2assay::transcript {

// The representations that these words stand for.  RFC 7541, Section 6.
[[nodiscard]] Evaluated<std::vector<wire::Representation>> representations(
    const std::vector<FieldWord>& fields, const Environment& environment);

// One unmarked field in words.
FieldWord field_word(std::string_view name, std::string_view value);

// The words for one decoded representation, with a note where it names an entry.
FieldWord field_word(const wire::Representation& of);

// Writes the frames of one direction of one connection.
class FrameWriter {
 public:
  // One frame, and with cut= the CONTINUATION frames that follow it.  A refused line changes
  // nothing.
  [[nodiscard]] Evaluated<std::vector<wire::RawFrame>> write(const FrameLine& line,
                                                             const Environment& environment);

  // What a receiver's table holds by now, if it obeyed all that was written.
  const wire::DynamicTable& table() const { return block_.table(); }

 private:
  Evaluated<void> check_notes(const std::vector<FieldWord>& fields,
                              bool first,
                              const Environment& environment) const;

  BlockFollower block_{};
};

// A frame in words.
struct Told {
  FrameLine line{};
  std::string remark{};  // decoded fields that the line shows in hex, or empty
};

// Tells the frames of one direction of one connection, in order.
class FrameTeller {
 public:
  Told tell(const wire::RawFrame& frame);

 private:
  bool tell_layout(const wire::RawFrame& frame, Told& told, std::uint8_t& implied);
  void tell_block(bool last, wire::Octets fragment, Told& told);

  BlockFollower block_{};
};

// `octets`: what no frame line can say.
Phrase octets_phrase(wire::Octets octets);

}  // namespace h2assay::transcript
