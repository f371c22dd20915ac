#pragma once
// Field compression agrees by content.  Each block that leaves an engine is decoded by the judges'
// own decoder, whose table follows that engine's encoder: the fields are those that the application
// gave, sensitive ones never indexed, the table within the peer's limit as it last arrived, its
// reduction signalled first.  And what the other engine reports is what the judges read, so its
// table is theirs.  RFC 7541, Sections 2.2 and 4.2; RFC 9113, Section 4.3.

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "properties/oracles/joint_oracle.h"
#include "properties/wire/hpack.h"

namespace h2assay {

class HpackAgrees final : public JointOracle {
 public:
  HpackAgrees() : JointOracle("hpack_agrees", "rfc7541-4.2-01") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void received(const Pair& pair, Side at, Events events) override;

 private:
  struct Section {
    std::uint32_t stream_id = 0;
    std::vector<wire::FieldLine> fields;
  };

  // What one engine encodes.
  struct Encoder {
    wire::HpackDecoder decoder;
    std::vector<std::uint8_t> block;
    std::uint32_t stream_id = 0;      // of the block under way
    std::optional<Section> expected;  // from the application
    std::deque<Section> under_way;    // decoded here, not yet reported there
  };

  void finish(Encoder& encoder, wire::Role from);
  void reported(Encoder& encoder, std::uint32_t stream_id, Fields fields);

  std::array<Encoder, 2> encoders_;
};

}  // namespace h2assay
