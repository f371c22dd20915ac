#pragma once
// What makes a message well-formed, for both directions alike (D58).
// RFC 9113, Sections 8.1.1, 8.2, 8.3; RFC 9110, Sections 5.1, 5.5, 8.6; RFC 8441, Section 4.
//
// A field line is looked at once, by classify(), when it first appears as a literal.  Its mark is
// kept in the HPACK table and comes back with every indexed use; the message is judged by marks
// alone.  Which rule a bad line breaks is found out only then, in cold code.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/field.h"
#include "engine/hpack/static_table.h"
#include "engine/quirks.h"
#include "engine/rules.h"

namespace h2assay {

namespace hpack {
class Encoder;
struct KnownField;
}  // namespace hpack

// The fields that the rules of a message name.  The numbers are part of a mark.
enum class FieldToken : std::uint8_t {
  other,
  method,
  scheme,
  authority,
  path,
  status,
  protocol,
  unknown_pseudo,
  connection,
  transfer_encoding,
  keep_alive,
  proxy_connection,
  upgrade,
  te,
  host,
  cookie,
  content_length,
};

// A mark: bits 0 to 7 the token, then what follows.  0 is no mark: the line was never looked at.
namespace mark {
inline constexpr std::uint32_t token_mask = 0xff;
inline constexpr std::uint32_t looked_at = 1U << 8;
inline constexpr std::uint32_t bad = 1U << 9;             // breaks a rule that always holds
inline constexpr std::uint32_t bad_if_strict = 1U << 10;  // breaks RFC 9110's grammar only
inline constexpr std::uint32_t secret = 1U << 11;         // see hpack::is_secret()
// Of the value of :method, :scheme, :path and :authority, and of :status.
inline constexpr std::uint32_t value_shift = 16;
}  // namespace mark

// What a line is and whether it is legal by itself.  Pure; never 0.
std::uint32_t classify(std::string_view name, std::string_view value);

// classify() of the entries of the static table; position 0 is not one of them.
extern const std::array<std::uint32_t, hpack::kStaticEntries + 1> kStaticMarks;

constexpr FieldToken token_of(std::uint32_t mark) {
  return static_cast<FieldToken>(mark & mark::token_mask);
}

enum class Method : std::uint8_t { other, get, head, connect, options };

enum class MessageKind : std::uint8_t {
  request,
  response,  // interim or final: :status tells
  trailers,
  promise,  // the request of a PUSH_PROMISE
};

// How a message is judged.
struct FieldPolicy {
  bool validate = true;              // Sections 8.2 and 8.3
  bool strict = false;               // tokens and VCHAR: RFC 9110, Sections 5.1 and 5.5
  bool check_content_length = true;  // Section 8.1.1
  bool extended_connect = false;     // our SETTINGS_ENABLE_CONNECT_PROTOCOL: RFC 8441, Section 3
  bool trust_marks = false;          // marks were made by classify(); else it is called anew
  bool thorough = false;           // skip the short cut for plain messages; the answer is the same
  const Quirks* quirks = nullptr;  // rules that are off are passed over
};

// Large numbers saturate here: no content is as long.
inline constexpr std::uint64_t kNoContentLength = ~std::uint64_t{0};
inline constexpr std::uint64_t kLongestContent = kNoContentLength - 2;

// What the connection needs to know of a message.
struct MessageFacts {
  Method method = Method::other;  // requests
  bool has_protocol = false;      // extended CONNECT
  std::uint16_t status = 0;       // responses; 0: missing or no number
  std::uint64_t content_length = kNoContentLength;
  std::string_view authority{};  // :authority, else host; of requests
  std::size_t cookies = 0;       // crumbs

  bool interim() const { return status >= 100 && status < 200; }
};

struct MessageCheck {
  MessageFacts facts;
  std::optional<Rule> broken;  // the first rule that the message breaks, and that is not off
};

// Judges a whole field section.  The facts are right for what the section says, broken or not.
MessageCheck check_message(MessageKind kind, Fields fields, const FieldPolicy& policy);

// The content that a message may still bring: RFC 9113, Section 8.1.1; RFC 9110, Section 6.4.1.
class ContentBook {
 public:
  // Anything goes: no content-length, a tunnel, or not checked.
  ContentBook() = default;

  static ContentBook of_request(const MessageFacts& facts);
  static ContentBook of_response(const MessageFacts& facts, Method request);

  // DATA with so many octets of content came or shall be sent.  With a broken rule nothing is
  // booked.
  [[nodiscard]] std::optional<Rule> add(std::uint64_t octets) {
    if (left_ == kNoContentLength || octets == 0) return std::nullopt;
    if (left_ == kForbidden) return Rule::content_forbidden;
    if (octets > left_) return Rule::content_too_long;
    left_ -= octets;
    return std::nullopt;
  }

  // END_STREAM, wherever it stands: DATA, HEADERS or trailers (D62).
  [[nodiscard]] std::optional<Rule> end() const {
    if (left_ >= kForbidden || left_ == 0) return std::nullopt;
    return Rule::content_too_short;
  }

  friend bool operator==(const ContentBook&, const ContentBook&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [left] = *this;
    hash.add(left);
  }

 private:
  static constexpr std::uint64_t kForbidden = kNoContentLength - 1;

  explicit ContentBook(std::uint64_t left) : left_(left) {}

  std::uint64_t left_ = kNoContentLength;
};

// Text that fields point to.  Grows by chunks, so that views stay valid until clear(), which keeps
// one chunk.  Allocates on first use.
class TextArena {
 public:
  TextArena() = default;

  TextArena(const TextArena&) {}  // views belong to the original: a copy starts empty

  TextArena(TextArena&&) noexcept = default;

  TextArena& operator=(const TextArena&) {
    clear();
    return *this;
  }

  TextArena& operator=(TextArena&&) noexcept = default;
  ~TextArena() = default;

  // `size` octets of room.
  std::span<char> take(std::size_t size);
  void clear();

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t room_ = 0;  // octets of the last chunk
  std::size_t used_ = 0;  // of those
};

// Joins cookie crumbs where the first one stands: RFC 9113, Section 8.2.3.  `first`: where the
// section begins in the list.  Call after check_message, which must see the order as it came (D57).
void join_cookies(std::vector<Field>& fields, std::size_t first, TextArena& arena);

struct OutboundRewriting {
  bool split_cookies = false;  // one field for each crumb: RFC 9113, Section 8.2.3
};

// What a caller's fields become before they are checked and sent: names in lower case, blanks
// trimmed, connection-specific fields dropped, secrets marked never-indexed.  Appends to `out`, and
// to `known` what `encoder` knows of each; what had to be written anew lies in `arena`.  A field
// that stands in the encoder's tables with a mark has gone through this before, and is taken as it
// is.
void normalize_outbound(Fields fields,
                        const OutboundRewriting& rewriting,
                        const hpack::Encoder& encoder,
                        std::vector<Field>& out,
                        std::vector<hpack::KnownField>& known,
                        TextArena& arena);

}  // namespace h2assay
