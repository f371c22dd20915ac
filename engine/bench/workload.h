#pragma once
// The work that both sides do, octet for octet: the engine and libnghttp2 see the same input and
// answer with the same messages.  ci/README.md says how the figures are taken.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h2assay::bench {

using FieldText = std::pair<std::string_view, std::string_view>;

// Everything but :path, which carries the number of the request.
inline constexpr std::array<FieldText, 8> kRequest{{
    {":method", "GET"},
    {":scheme", "https"},
    {":authority", "www.example.com"},
    {":path", ""},
    {"user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
    {"accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    {"accept-encoding", "gzip, deflate, br"},
    {"accept-language", "en-US,en;q=0.5"},
}};
inline constexpr std::size_t kPathIndex = 3;

inline constexpr std::array<FieldText, 5> kResponse{{
    {":status", "200"},
    {"server", "bench/1.0"},
    {"date", "Thu, 01 Jan 2026 00:00:00 GMT"},
    {"content-type", "application/json"},
    {"content-length", "128"},
}};
inline constexpr std::size_t kBodyOctets = 128;
// Of a response without content, for which 128 would be malformed: RFC 9113, Section 8.1.1.
inline constexpr FieldText kNoContent{"content-length", "0"};

// What servers announce: a chunk of 16 KiB holds about 500 requests.
inline constexpr std::uint32_t kStreamsMax = 1000;

// "/api/v1/items/00000042": always 22 octets.
class Path {
 public:
  explicit Path(std::uint32_t number);

  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 22> text_;
};

// The body of every response.
std::array<std::uint8_t, kBodyOctets> body();

// One story of field lists, with the table size that its encoder used.
struct Story {
  struct Case {
    std::vector<std::pair<std::string, std::string>> fields;
    std::vector<std::uint8_t> wire;
    std::uint32_t table_size = 0;  // 0: unchanged
  };

  std::vector<Case> cases;
};

// The stories of the folder named by H2ASSAY_HPACK_TEST_CASES; without it, lists made here.  `raw`:
// field lists alone, for encoders.
std::vector<Story> stories(bool raw);
bool stories_are_generated();
std::size_t text_octets(const std::vector<Story>& stories);
std::size_t field_count(const std::vector<Story>& stories);

// W4: preface, SETTINGS, SETTINGS ACK, and so many requests, as nghttp2's encoder writes them.
std::vector<std::uint8_t> request_stream(std::size_t requests);
// Octets of that up to and including the first request.
std::size_t first_request_octets();
// W5: 100 PING and one SETTINGS.
std::vector<std::uint8_t> control_chunk();

// What each side offers.  Each call does so much work and returns how many units it did.
struct Side {
  std::string_view name;
  std::size_t (*w1)(std::size_t rounds);                        // request/response pairs
  std::size_t (*w3_decode)(const std::vector<Story>& stories);  // fields
  std::size_t (*w3_encode)(const std::vector<Story>& stories);  // octets written
  std::size_t (*w4)(const std::vector<std::uint8_t>& in, std::size_t chunk);  // requests
  std::size_t (*w5)(const std::vector<std::uint8_t>& chunk, std::size_t n);   // frames
  std::size_t (*w8)(const std::vector<std::uint8_t>& in, std::size_t n);      // sessions
};

Side engine_side();
Side nghttp2_side();

// A side that did not do the work: a benchmark of nothing is worse than none.
[[noreturn]] void broken(std::string_view what);

}  // namespace h2assay::bench
