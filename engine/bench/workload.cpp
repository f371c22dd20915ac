#include "engine/bench/workload.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <nghttp2/nghttp2.h>
#include <nlohmann/json.hpp>

namespace h2assay::bench {

namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

void append_frame(std::vector<std::uint8_t>& out,
                  std::uint8_t type,
                  std::uint8_t flags,
                  std::uint32_t stream,
                  const std::vector<std::uint8_t>& payload) {
  const auto octet = [](std::size_t value) { return static_cast<std::uint8_t>(value & 0xff); };
  const std::array<std::uint8_t, 9> header{octet(payload.size() >> 16),
                                           octet(payload.size() >> 8),
                                           octet(payload.size()),
                                           type,
                                           flags,
                                           octet(stream >> 24),
                                           octet(stream >> 16),
                                           octet(stream >> 8),
                                           octet(stream)};
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

nghttp2_nv nv(std::string_view name, std::string_view value) {
  const auto octets = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {octets(name), octets(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::vector<std::uint8_t> from_hex(const std::string& text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return out;
}

Story read_story(const std::filesystem::path& file) {
  std::ifstream in(file);
  const nlohmann::json json = nlohmann::json::parse(in);
  Story story;
  for (const auto& item : json.at("cases")) {
    Story::Case one;
    if (item.contains("header_table_size"))
      one.table_size = item.at("header_table_size").get<std::uint32_t>();
    if (item.contains("wire")) one.wire = from_hex(item.at("wire").get<std::string>());
    for (const auto& field : item.at("headers"))
      for (const auto& [name, value] : field.items())
        one.fields.emplace_back(name, value.get<std::string>());
    story.cases.push_back(std::move(one));
  }
  return story;
}

const char* story_folder() { return std::getenv("H2ASSAY_HPACK_TEST_CASES"); }

// Sixteen clients that ask for a hundred things each: most fields repeat, some change a little.
std::vector<Story> generated_stories() {
  std::vector<Story> result;
  for (std::size_t s = 0; s < 16; ++s) {
    Story story;
    nghttp2_hd_deflater* deflater = nullptr;
    nghttp2_hd_deflate_new(&deflater, 4096);
    for (std::size_t i = 0; i < 100; ++i) {
      Story::Case one;
      for (const auto& [name, value] : kRequest) one.fields.emplace_back(name, value);
      one.fields[kPathIndex].second =
          "/s" + std::to_string(s) + "/item/" + std::to_string(i * 7 % 40);
      one.fields.emplace_back("cookie", "session=" + std::string(24, static_cast<char>('a' + s)));
      one.fields.emplace_back("referer", "https://www.example.com/s" + std::to_string(s * i % 9));
      std::vector<nghttp2_nv> list;
      list.reserve(one.fields.size());
      for (const auto& [name, value] : one.fields) list.push_back(nv(name, value));
      one.wire.resize(nghttp2_hd_deflate_bound(deflater, list.data(), list.size()));
      const ssize_t size = nghttp2_hd_deflate_hd(
          deflater, one.wire.data(), one.wire.size(), list.data(), list.size());
      one.wire.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      story.cases.push_back(std::move(one));
    }
    nghttp2_hd_deflate_del(deflater);
    result.push_back(std::move(story));
  }
  return result;
}

}  // namespace

Path::Path(std::uint32_t number) {
  constexpr std::string_view kPrefix = "/api/v1/items/";
  std::ranges::copy(kPrefix, text_.begin());
  for (std::size_t i = text_.size(); i-- > kPrefix.size(); number /= 10)
    text_[i] = static_cast<char>('0' + number % 10);
}

std::array<std::uint8_t, kBodyOctets> body() {
  std::array<std::uint8_t, kBodyOctets> octets{};
  for (std::size_t k = 0; k < octets.size(); ++k)
    octets[k] = static_cast<std::uint8_t>('a' + k % 26);
  return octets;
}

bool stories_are_generated() { return story_folder() == nullptr; }

std::vector<Story> stories(bool raw) {
  namespace fs = std::filesystem;
  if (stories_are_generated()) return generated_stories();
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(story_folder())) {
    const bool is_raw = entry.path().parent_path().filename() == "raw-data";
    if (entry.path().extension() == ".json" && is_raw == raw) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Story> result;
  result.reserve(files.size());
  for (const fs::path& file : files) result.push_back(read_story(file));
  if (result.empty()) broken("the folder of H2ASSAY_HPACK_TEST_CASES holds no stories");
  return result;
}

std::size_t text_octets(const std::vector<Story>& stories) {
  std::size_t sum = 0;
  for (const Story& story : stories)
    for (const Story::Case& one : story.cases)
      for (const auto& [name, value] : one.fields) sum += name.size() + value.size();
  return sum;
}

std::size_t field_count(const std::vector<Story>& stories) {
  std::size_t sum = 0;
  for (const Story& story : stories)
    for (const Story::Case& one : story.cases) sum += one.fields.size();
  return sum;
}

std::vector<std::uint8_t> request_stream(std::size_t requests) {
  std::vector<std::uint8_t> out(kPreface.begin(), kPreface.end());
  append_frame(out, 4, 0, 0, {});
  append_frame(out, 4, 1, 0, {});
  nghttp2_hd_deflater* deflater = nullptr;
  nghttp2_hd_deflate_new(&deflater, 4096);
  for (std::size_t i = 0; i < requests; ++i) {
    const Path path(static_cast<std::uint32_t>(i));
    std::vector<nghttp2_nv> list;
    list.reserve(std::size(kRequest));
    for (const auto& [name, value] : kRequest) list.push_back(nv(name, value));
    list[kPathIndex] = nv(":path", path.text());
    std::vector<std::uint8_t> block(nghttp2_hd_deflate_bound(deflater, list.data(), list.size()));
    const ssize_t size =
        nghttp2_hd_deflate_hd(deflater, block.data(), block.size(), list.data(), list.size());
    block.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    append_frame(out, 1, 0x05, static_cast<std::uint32_t>(2 * i + 1), block);
  }
  nghttp2_hd_deflate_del(deflater);
  return out;
}

std::size_t first_request_octets() { return request_stream(1).size(); }

std::vector<std::uint8_t> control_chunk() {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < 100; ++i) {
    std::vector<std::uint8_t> data(8);
    for (std::size_t k = 0; k < data.size(); ++k) data[k] = static_cast<std::uint8_t>(i + k);
    append_frame(out, 6, 0, 0, data);
  }
  append_frame(out, 4, 0, 0, {0, 4, 0, 0, 0xff, 0xff, 0, 5, 0, 0, 0x40, 0});
  return out;
}

void broken(std::string_view what) {
  std::fprintf(stderr, "bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(5);
}

}  // namespace h2assay::bench
