#pragma once
// .h2t: an HTTP/2 conversation written as text.  The tree of a transcript, and the way from text to
// tree and back: parse(print(t)) == t.  Nothing here plays or judges; nothing knows the engine.
//
//   text --parse--> Transcript --expand--> Instance (no `each` left) --play--> log, a Transcript
//   again
//
// Late values (environment.h) are evaluated by whoever plays.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "properties/transcript/value.h"

namespace h2assay::transcript {

// One word of a field block.  RFC 7541, Section 6.
struct FieldWord {
  enum class Kind : std::uint8_t {
    request,  // {request M [resource]}: the pseudo-fields; `value` holds the expression
    field,    // [mark][~]name=[~]value
    indexed,  // [62] or [62 :path=/x]
    max,      // [max 80]: dynamic table size update; `value` is the number (a range in patterns)
    hex,      // [hex 80]: octets as they stand, in `value`
  };
  // unmarked: static entry if there is one, else literal without indexing, name from the static
  // table if it is there, no Huffman.  Never touches the dynamic table.
  enum class Mark : std::uint8_t { none, incremental, without, never };

  Kind kind = Kind::field;
  Mark mark = Mark::none;
  bool huffman_name = false;
  bool huffman_value = false;
  // What is said about an index in brackets: nothing, the entry's name, its name and value.
  enum class Note : std::uint8_t { none, name, both };

  std::optional<Value> index{};  // indexed: the entry; field: the entry that gives the name
  Note note = Note::none;
  Value name{};   // field: the literal name; with an index: the note's
  Value value{};  // field: the value; indexed: the note's
  Position at{};
  bool operator==(const FieldWord&) const = default;
};

// key=value of a frame.  An error code has the key "code", a setting its own name.
struct Part {
  std::string key{};
  Value value{};
  Position at{};
  bool operator==(const Part&) const = default;
};

// A frame to send, or a pattern of one that is awaited.
struct FrameLine {
  std::uint8_t type = 0;
  bool by_number = false;   // written 0x16: only flags, length, payload
  Value stream{};           // with the reserved bit; "*" in patterns
  std::uint8_t flags = 0;   // the flags written by name: bits of properties/wire/frame.h
  std::uint8_t absent = 0;  // patterns: !END_STREAM
  std::vector<Part> parts{};
  std::vector<FieldWord> fields{};
  Position at{};
  bool operator==(const FrameLine&) const = default;

  // The part with this key (the last one), or null.
  const Value* part(std::string_view key) const;
};

// What follows a lower-case word: an atom, key=value, or a field.
struct Argument {
  enum class Kind : std::uint8_t { atom, pair, field };

  Kind kind = Kind::atom;
  std::string key{};  // pair
  Value value{};      // atom, pair
  FieldWord field{};  // field
  bool operator==(const Argument&) const = default;
};

// A whole message, an act, a call, an event, a judgement: `request 1 GET :path=/`, `close`.
// PREFACE, FIN and RST are words too.  The network's `500 octets` and `1 frame` have no word: the
// number is their first atom.
struct Phrase {
  std::string word{};
  std::vector<Argument> arguments{};
  Position at{};
  bool operator==(const Phrase&) const = default;

  // The n-th atom, or null.
  const Value* atom(std::size_t n) const;
  // The value of key=, or null.
  const Value* pair(std::string_view key) const;
  // Was this atom written (`beyond`, `END_STREAM`)?
  bool has(std::string_view word_of) const;
  // All fields, in order.
  std::vector<FieldWord> fields() const;
};

using Saying = std::variant<FrameLine, Phrase>;

enum class Grade : std::uint8_t { none, lenient, info, fail };

// What the peer must do, one alternative of it.
struct Expectation {
  std::string label{};  // of an `or` line that names another connection
  bool no = false;
  Saying what{};
  std::vector<std::string> without{};  // names of fields that must be absent
  std::optional<Value> exactly{};
  std::vector<Expectation> before{};  // none or one
  Grade grade = Grade::none;
  std::string remark{};  // with its "#", or empty
  Position at{};
  bool operator==(const Expectation&) const;
};

// Seconds since the start of the conversation, in microseconds.
using Moment = std::optional<std::uint64_t>;

// `>` we do, `>>` the player did by itself (logs), `~` the network does (role pair).
struct Step {
  enum class Sign : std::uint8_t { ours, habit, network };

  Moment time{};
  std::string label{};
  Sign sign = Sign::ours;
  Saying what{};
  std::string remark{};
  Position at{};
  bool operator==(const Step&) const = default;
};

// `<`: with a time it has happened, without it is asked for.
struct Await {
  Moment time{};
  std::string label{};
  std::vector<Expectation> alternatives{};  // at least one; the first that matches decides
  Position at{};
  bool operator==(const Await&) const = default;
};

struct Line;

// repeat name in from..to … end, both ends included.
struct Repeat {
  std::string name{};
  Value from{};
  Value to{};
  std::vector<Line> body;
  std::string remark{};
  Position at{};
  bool operator==(const Repeat&) const;
};

// A line of its own that is a remark, or an empty one.
struct Remark {
  std::string text{};
  bool operator==(const Remark&) const = default;
};

// A line that waits for the columns of `each`; parsed when they are known.
struct Template {
  // Where each character stands; like Position no part of a comparison.
  struct Places {
    std::vector<Position> each{};

    friend bool operator==(const Places&, const Places&) { return true; }
  };

  std::string text{};
  std::string remark{};
  Places places{};
  Position at{};
  bool operator==(const Template&) const = default;
};

struct Line {
  std::variant<Remark, Step, Await, Repeat, Template> what{};
  bool operator==(const Line&) const;
};

enum class Role : std::uint8_t { client, server, either, proxy, pair };

// A feature, or a comparison of late values, checked before step one.
struct Need {
  std::string feature{};     // "push"; empty for a comparison
  std::string comparison{};  // < <= = >= >
  Expr left{};
  Expr right{};
  std::string remark{};
  Position at{};
  bool operator==(const Need&) const = default;
};

// caps: 10000 frames 10 s 8 MiB
struct Abuse {
  std::uint64_t frames = 0;
  std::uint64_t seconds = 0;
  std::uint64_t mebibytes = 0;
  bool operator==(const Abuse&) const = default;
};

struct Row {
  std::vector<std::string> cells{};  // as written: lists and ranges not yet taken apart
  std::string remark{};
  Position at{};
  bool operator==(const Row&) const = default;
};

// each at in 0..23, or a table.
struct Each {
  std::vector<std::string> columns{};
  bool table = false;      // a line of names, then rows
  bool rest_last = false;  // the last column takes the rest of the row as it stands
  std::vector<Row> rows{};
  std::string remark{};
  Position at{};
  bool operator==(const Each&) const = default;
};

struct Header {
  std::vector<std::string> remarks{};  // remark lines, printed first
  std::string title{};
  std::vector<std::string> requirements{};
  Role role = Role::client;
  std::string ask{};
  std::vector<Need> needs{};
  std::vector<std::string> over{};  // empty: all transports
  std::string after{};
  std::vector<std::string> without{};  // ack pong credit
  std::optional<Abuse> abuse{};
  std::vector<Each> each{};
  std::string case_id{}, peer{}, verdict{}, seed{};                 // logs only
  std::vector<std::pair<std::string, std::string>> line_remarks{};  // key, remark; in order of keys
  bool operator==(const Header&) const = default;
};

struct Transcript {
  Header header{};
  std::vector<Line> body{};
  bool operator==(const Transcript&) const = default;
};

// One conversation: no `each`, no Template left.
struct Instance {
  std::string suffix{};  // "[0x41,+]", or "" when the file has no `each`
  Transcript transcript{};
};

// The first thing wrong, where it is, and what may stand there.
struct ParseError {
  std::string file{};
  Position at{};
  std::string what{};
  std::string may_stand{};
};

// file:line:column: what; may_stand
std::string describe(const ParseError& error);

using KnownRequirement = std::function<bool(std::string_view)>;

// Total: any octets give a transcript or an error.  `known` decides which requirement ids exist;
// none: any that is shaped like one.
[[nodiscard]] std::expected<Transcript, ParseError> parse(std::string_view text,
                                                          std::string_view file,
                                                          const KnownRequirement& known = {});

// The canonical text.  Octets that came from a peer are escaped wherever they stand.
std::string print(const Transcript& transcript);
std::string print(const Line& line);  // with its line feeds
std::string print(const FrameLine& frame);
std::string print(const Phrase& phrase);
std::string print(const FieldWord& field);
std::string print(const Expectation& expectation);  // without label and remark

// One instance per combination of the columns, in order; the columns put in place as text and the
// lines parsed.  At most `limit` of them.
[[nodiscard]] std::expected<std::vector<Instance>, ParseError> expand(const Transcript& transcript,
                                                                      std::string_view file,
                                                                      std::size_t limit = 100'000);

std::string_view name(Role role);
std::string_view name(Grade grade);

}  // namespace h2assay::transcript
