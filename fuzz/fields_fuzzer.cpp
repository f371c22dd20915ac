// A field section, judged by the engine and by the model: both take it, or both refuse it, and they
// read the same facts from it.
//
// One octet says what kind of message it is and which options hold; then come fields: an octet that
// names one of the usual names (or says how long a name follows), an octet that does the same for
// the value.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/fields.h"
#include "engine/rules.h"
#include "fuzz/check.h"
#include "properties/model.h"

namespace {

using namespace h2assay;

constexpr std::array<std::string_view, 24> kNames{":method",
                                                  ":scheme",
                                                  ":path",
                                                  ":authority",
                                                  ":status",
                                                  ":protocol",
                                                  "host",
                                                  "content-length",
                                                  "te",
                                                  "connection",
                                                  "transfer-encoding",
                                                  "cookie",
                                                  "upgrade",
                                                  "keep-alive",
                                                  "proxy-connection",
                                                  "trailer",
                                                  "x-a",
                                                  "set-cookie",
                                                  "range",
                                                  ":Method",
                                                  "Host",
                                                  ":",
                                                  "",
                                                  "expect"};
constexpr std::array<std::string_view, 32> kValues{
    "GET", "POST", "HEAD", "CONNECT", "OPTIONS", "http",   "https",     "/",
    "*",   "",     "a",    "a:80",    "u@a",     "200",    "100",       "101",
    "204", "304",  "0",    "1",       "01",      "1, 1",   "trailers",  "gzip",
    " a",  "a\t",  "a\nb", "urn",     "a.b",     "/x?y=z", "websocket", "18446744073709551616"};

constexpr std::array kKinds{
    MessageKind::request, MessageKind::response, MessageKind::trailers, MessageKind::promise};
constexpr std::array kSections{model::Section::request,
                               model::Section::response,
                               model::Section::trailers,
                               model::Section::promise};

class Input {
 public:
  explicit Input(std::string_view octets) : rest_(octets) {}

  bool empty() const { return rest_.empty(); }

  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }

  // From the table, or as many octets as are left of what the octet says.
  template <typename Table> std::string_view text(const Table& table) {
    const std::uint8_t which = octet();
    if (which < table.size()) return table[which];
    const std::string_view taken = rest_.substr(0, which % 32U);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

// Rules of the engine about which the model is silent, since it also judges peers and must not
// accuse where a sentence can be read otherwise: the forms of values (RFC 9110, RFC 3986), and `te`
// outside of requests (RFC 9113, Section 8.2.2).
constexpr std::array kEngineAlone{Rule::te_outside_request,
                                  Rule::te_not_trailers,
                                  Rule::method_invalid,
                                  Rule::scheme_invalid,
                                  Rule::authority_invalid,
                                  Rule::authority_empty,
                                  Rule::path_invalid,
                                  Rule::connect_authority_invalid,
                                  Rule::host_repeated};

std::string shown(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields)
    text.append("[").append(field.name).append("]=[").append(field.value).append("]\n");
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in({reinterpret_cast<const char*>(data), size});
  const std::uint8_t what = in.octet();
  const bool protocol = (what & 4) != 0;
  std::vector<Field> fields;
  while (!in.empty()) {
    const std::string_view name = in.text(kNames);
    fields.push_back({name, in.text(kValues)});
  }
  const FieldPolicy policy{.extended_connect = protocol};
  FieldPolicy thorough = policy;
  thorough.thorough = true;
  const MessageKind kind = kKinds[what % 4U];
  const MessageCheck engine = check_message(kind, fields, policy);
  if (check_message(kind, fields, thorough).broken != engine.broken)
    fuzz::fail("fields: the short cut answers otherwise", shown(fields));
  FieldPolicy strict = policy;
  strict.strict = true;
  if (engine.broken && !check_message(kind, fields, strict).broken)
    fuzz::fail("fields: the strict check takes what the other refuses", shown(fields));

  model::SectionCheck check(kSections[what % 4U], protocol);
  for (const Field& field : fields) check.line(field.name, field.value);
  const model::SectionFacts facts = check.finish();
  const bool refused = facts.fault != model::FieldFault::none;
  if (!refused && engine.broken &&
      std::ranges::find(kEngineAlone, *engine.broken) != kEngineAlone.end())
    return 0;
  // RFC 9113, 8.3.1 binds clients, so the model blames no server; but who is promised something may
  // reset it for any reason.
  if (!refused && kind == MessageKind::promise && engine.broken == Rule::host_differs) return 0;
  if (refused != engine.broken.has_value())
    fuzz::fail("fields: the model finds " + std::string(model::name(facts.fault)) +
                   (refused ? ", the engine nothing" : ", the engine a rule broken"),
               shown(fields));
  // What stands in trailers describes no content.
  if (refused || kind == MessageKind::trailers) return 0;
  if (kind == MessageKind::response && facts.status != engine.facts.status)
    fuzz::fail("fields: the status differs", shown(fields));
  const bool same_length = facts.content_length
                               ? std::min(*facts.content_length, kLongestContent) ==
                                     std::min(engine.facts.content_length, kLongestContent)
                               : engine.facts.content_length == kNoContentLength;
  if (!same_length) fuzz::fail("fields: the content-length differs", shown(fields));
  return 0;
}
