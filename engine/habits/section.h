#pragma once
// Field sections on their way out, as something that can be bent: field blocks are read back,
// changed, and written again as literals that touch no table.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/frame.h"
#include "engine/hpack/decoder.h"
#include "engine/octets.h"

namespace h2assay {

// One field section, whatever is wrong with it.
struct Section {
  enum class Kind : std::uint8_t { request, response, interim, trailers, promise };
  // How a literal is written: RFC 7541, Section 6.2.
  enum class Form : std::uint8_t { plain, never_indexed, indexed };

  struct Line {
    std::string name;
    std::string value;
    Form form = Form::plain;
  };

  Kind kind = Kind::request;
  std::uint32_t stream_id = 0;
  std::uint32_t promised_stream_id = 0;
  bool end_stream = false;
  bool omitted = false;  // is not sent at all
  std::string method;    // of the request that it is, promises or answers; empty: not known
  std::vector<std::uint8_t> start;  // the block's first octets: size updates
  std::vector<Line> lines;
  std::vector<std::uint8_t> end;  // the block's last octets, behind the lines
  OctetBuffer after;              // frames that follow the section

  bool is_answer() const { return kind == Kind::response || kind == Kind::interim; }

  bool is_request() const { return kind == Kind::request || kind == Kind::promise; }

  std::string_view value(std::string_view name) const;  // of the first such line, or empty

  void add(std::string name, std::string value) {
    lines.push_back({std::move(name), std::move(value)});
  }

  void put_first(std::string name, std::string value);
  // Where the line stands; at the end (regular) or the front (pseudo-header) if there is none.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
};

// Reads the field sections of one direction.  Stops for good at a block that it cannot decode.
class SectionReader {
 public:
  SectionReader();

  // Whether the frame belongs to a field block, so that its section stands for it.
  bool takes(const Frame& frame) const;
  // The section that this frame completes.
  std::optional<Section> read(const Frame& frame);

  // The method of the request on this stream, or empty.
  std::string_view method_on(std::uint32_t stream_id) const;
  void note_method(std::uint32_t stream_id, std::string_view method);

 private:
  std::optional<Section> decode();

  hpack::Decoder decoder_;
  std::map<std::uint32_t, std::string> methods_;
  std::vector<std::uint8_t> block_;
  Section section_;  // what is known before its block is
  bool open_ = false;
  bool broken_ = false;
};

// One literal at the end of `out`, its strings as they are, without Huffman's code.
void append_literal(std::vector<std::uint8_t>& out, const Section::Line& line);

// HEADERS or PUSH_PROMISE, and CONTINUATION where a frame does not hold it.
void append_section(OctetBuffer& out, const Section& section);

}  // namespace h2assay
