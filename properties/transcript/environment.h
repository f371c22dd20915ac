#pragma once
// Values that the conversation brings: {authority}, {peer.MAX_FRAME_SIZE}, {window 1 + 1}, names
// bound by `<`, loop counters.  Evaluating fails in three ways only; which of them is verdict
// `error` and which `unsupported` stands in Fault.

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "properties/transcript/transcript.h"

namespace h2assay::transcript {

// Why a value could not be had.
struct Fault {
  enum class Kind : std::uint8_t {
    too_big,      // number too big for its field: verdict error
    not_given,    // the peer never gave it: verdict error
    wrong_note,   // [62 :path=/x] is not what the table holds: verdict error
    unsupported,  // the target lacks the resource: verdict unsupported
  };

  Kind kind = Kind::not_given;
  std::string what{};  // a sentence: "{s} was never bound"
  Position at{};
};

// A number (windows may be negative) or octets.
using Result = std::variant<std::int64_t, std::string>;

template <typename T> using Evaluated = std::expected<T, Fault>;

// What the conversation knows.  The player has one; tests have a small one.
class Environment {
 public:
  virtual ~Environment() = default;

  // {authority} {scheme} {path} {large} {echo} {websocket} {push} {interim} {trailers} {origin},
  // {peer.MAX_FRAME_SIZE}.
  virtual Evaluated<Result> value(std::string_view name) const = 0;
  // The window that we may still send on this stream; 0: the connection's.
  virtual Evaluated<std::int64_t> window(std::uint32_t stream) const = 0;
  // The path of a resource that answers with this status.
  virtual Evaluated<std::string> status(std::uint32_t code) const = 0;

 protected:
  Environment() = default;
  Environment(const Environment&) = default;
  Environment& operator=(const Environment&) = default;
  Environment(Environment&&) = default;
  Environment& operator=(Environment&&) = default;
};

// An environment and the names that this conversation has bound on top of it.
class Scope final : public Environment {
 public:
  explicit Scope(const Environment& outer) : outer_(&outer) {}

  // A name bound by `<`, by `open`, or a loop counter (which is set anew each round).
  void bind(std::string_view name, std::int64_t number);
  void forget(std::string_view name);  // the loop ended
  bool knows(std::string_view name) const;

  Evaluated<Result> value(std::string_view name) const override;
  Evaluated<std::int64_t> window(std::uint32_t stream) const override;
  Evaluated<std::string> status(std::uint32_t code) const override;

 private:
  const Environment* outer_;
  std::map<std::string, std::int64_t, std::less<>> names_{};
};

[[nodiscard]] Evaluated<Result> evaluate(const Expr& expr, const Environment& environment);

// The number that a value is; `limit` is the greatest that its field can hold.
[[nodiscard]] Evaluated<std::uint64_t> number(const Value& value,
                                              const Environment& environment,
                                              std::uint64_t limit);

// The octets that a value is; numbers in it are written in decimal.
[[nodiscard]] Evaluated<std::string> octets(const Value& value, const Environment& environment);

// The pseudo-fields that {request M [resource]} stands for.  A field that a message gives itself
// replaces the default: see `request` in the player.
using FieldLine = std::pair<std::string, std::string>;
[[nodiscard]] Evaluated<std::vector<FieldLine>> request_fields(const Atom& request,
                                                               const Environment& environment);

// Is the need met?  Features are asked of `has`.
[[nodiscard]] Evaluated<bool> met(const Need& need,
                                  const Environment& environment,
                                  const std::function<bool(std::string_view)>& has);

// Does the pattern permit this number: n, a..b, a|b, *, {expr}?
[[nodiscard]] Evaluated<bool> permits(const Value& pattern,
                                      std::uint64_t actual,
                                      const Environment& environment);

// Does the pattern permit these octets: bare 2xx, A|B, *, or exactly what is quoted?
[[nodiscard]] Evaluated<bool> permits(const Value& pattern,
                                      std::string_view actual,
                                      const Environment& environment);

// The same line with every known value filled in ({s} is 1): what a log says.  What is not known
// stays.
Line filled(const Line& line, const Environment& environment);

// Loops written out and values filled in, in order.  At most `limit` lines.
[[nodiscard]] Evaluated<std::vector<Line>> unrolled(const std::vector<Line>& body,
                                                    const Environment& environment,
                                                    std::size_t limit = 1'000'000);

}  // namespace h2assay::transcript
