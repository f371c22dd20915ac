// Every octet and small combination in field sections: the engine against the model.

#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "properties/exhaustive_kit.h"
#include "properties/model.h"

namespace h2assay::exhaustive {
namespace {

using enum wire::FrameType;

model::FieldFault judged(model::Section section, const FieldLines& lines) {
  model::SectionCheck check(section, false);
  for (const auto& [name, value] : lines) check.line(name, value);
  return check.finish().fault;
}

std::string show(const FieldLines& lines) {
  std::string text;
  for (const auto& [name, value] : lines) {
    text += " [";
    for (const char c : name) text += std::to_string(static_cast<unsigned char>(c)) + " ";
    text += "=";
    for (const char c : value) text += " " + std::to_string(static_cast<unsigned char>(c));
    text += "]";
  }
  return text;
}

// Feeds the section to a fresh engine in a message of its kind, and holds it against the model.
void agree(model::Section section, FieldLines lines) {
  const bool to_client = section == model::Section::response || section == model::Section::promise;
  Subject subject(to_client ? Role::client : Role::server);
  std::uint8_t flags = wire::kEndHeaders;
  if (to_client) {
    const std::array<Field, 4> asked{
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}};
    ASSERT_TRUE(subject.engine().send_headers(1, asked));
    static_cast<void>(subject.engine().data_to_send());
  }
  if (section == model::Section::trailers) {
    static_cast<void>(
        subject.feed(wire::make_frame(headers, wire::kEndHeaders, 1, block(request()))));
    flags |= wire::kEndStream;
  }
  std::vector<std::uint8_t> payload = block(lines);
  if (section == model::Section::promise) payload.insert(payload.begin(), {0, 0, 0, 2});
  const wire::FrameType type = section == model::Section::promise ? push_promise : headers;

  const Outcome outcome = subject.feed(wire::make_frame(type, flags, 1, payload));

  const model::FieldFault fault = judged(section, lines);
  const bool accepted = fault == model::FieldFault::none;
  ASSERT_EQ(outcome.section_reported, accepted)
      << "the model finds " << model::name(fault) << " in" << show(lines);
  if (accepted) {
    ASSERT_EQ(outcome.reaction.kind, rfc::ReactionKind::accepted) << show(lines);
  } else {
    ASSERT_EQ(outcome.reaction.kind, rfc::ReactionKind::stream_error) << show(lines);
    ASSERT_EQ(outcome.reaction.code, static_cast<std::uint32_t>(ErrorCode::protocol_error));
  }
}

FieldLines base(model::Section section) {
  switch (section) {
    case model::Section::request:  return request();
    case model::Section::response: return response();
    case model::Section::trailers: return {};
    case model::Section::promise:  break;
  }
  return promised_request();
}

constexpr std::array kSections{model::Section::request,
                               model::Section::response,
                               model::Section::trailers,
                               model::Section::promise};

TEST(Exhaustive, EveryOctetAtEveryPlaceOfANameIsJudgedAsByTheModel) {
  std::size_t tried = 0;
  for (const model::Section section : kSections)
    for (unsigned octet = 0; octet < 256; ++octet) {
      const std::string one(1, static_cast<char>(octet));
      for (const std::string& name : {one, one + "x", "x" + one, "x" + one + "y"}) {
        FieldLines lines = base(section);
        lines.emplace_back(name, "v");
        agree(section, lines);
        ++tried;
      }
    }
  std::printf("%zu names\n", tried);
}

TEST(Exhaustive, EveryOctetAtEveryPlaceOfAValueIsJudgedAsByTheModel) {
  std::size_t tried = 0;
  for (const model::Section section : kSections)
    for (unsigned octet = 0; octet < 256; ++octet) {
      const std::string one(1, static_cast<char>(octet));
      for (const std::string& value : {one, one + "x", "x" + one, "x" + one + "y"}) {
        FieldLines lines = base(section);
        lines.emplace_back("x-value", value);
        agree(section, lines);
        ++tried;
      }
    }
  std::printf("%zu values\n", tried);
}

// Each pseudo-field left out, doubled, emptied, put last; each combination of those that remain.
TEST(Exhaustive, EverySetAndOrderOfPseudoFieldsIsJudgedAsByTheModel) {
  const FieldLines pool{{":method", "GET"},
                        {":scheme", "http"},
                        {":path", "/"},
                        {":authority", "a"},
                        {":status", "200"},
                        {"x-a", "b"}};
  std::size_t tried = 0;
  for (const model::Section section : kSections)
    for (std::size_t a = 0; a <= pool.size(); ++a)
      for (std::size_t b = 0; b <= pool.size(); ++b)
        for (std::size_t c = 0; c <= pool.size(); ++c)
          for (std::size_t d = 0; d <= pool.size(); ++d) {
            FieldLines lines;
            for (const std::size_t i : {a, b, c, d})
              if (i < pool.size()) lines.push_back(pool[i]);
            agree(section, lines);
            ++tried;
          }
  std::printf("%zu sections\n", tried);
}

TEST(Exhaustive, EveryThreeCharactersOfAStatusAreJudgedAsByTheModel) {
  const std::string_view characters = "0123459aA /+-";
  for (const char a : characters)
    for (const char b : characters)
      for (const char c : characters) {
        // 101 belongs to no message of HTTP/2, and 1xx must not end anything: 8.1, 8.6.
        agree(model::Section::response, {{":status", {a, b, c}}});
      }
  for (const char* value : {"", "2", "20", "2000", "20 ", " 200", "+20"})
    agree(model::Section::response, {{":status", value}});
}

}  // namespace
}  // namespace h2assay::exhaustive
