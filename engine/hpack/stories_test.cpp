// The stories of hpack-test-case: a folder with folders of JSON files, one for each encoder, and
// raw-data, which only has the lists.  Found through H2ASSAY_HPACK_TEST_CASES.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>
#include <nlohmann/json.hpp>

#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

struct Block {
  OwnedFields fields;
  std::optional<std::uint32_t> table_octets;
  std::optional<std::vector<std::uint8_t>> wire;
};

using Story = std::vector<Block>;

Story read_story(const std::filesystem::path& path) {
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file);
  Story story;
  for (const auto& block : json.at("cases")) {
    Block read;
    for (const auto& field : block.at("headers"))
      for (const auto& [name, value] : field.items())
        read.fields.push_back({name, value.get<std::string>()});
    if (block.contains("header_table_size"))
      read.table_octets = block.at("header_table_size").get<std::uint32_t>();
    if (block.contains("wire")) read.wire = octets(block.at("wire").get<std::string>());
    story.push_back(std::move(read));
  }
  return story;
}

// All stories below the folder, in the order of their names; nothing, said aloud, without a folder.
std::vector<std::filesystem::path> story_paths() {
  const char* const folder = std::getenv("H2ASSAY_HPACK_TEST_CASES");
  if (folder == nullptr || *folder == '\0') {
    std::cout
        << "left out: H2ASSAY_HPACK_TEST_CASES is not set, no story of hpack-test-case was read\n";
    return {};
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".json" &&
        entry.path().filename().string().starts_with("story"))
      paths.push_back(entry.path());
  std::ranges::sort(paths);
  EXPECT_FALSE(paths.empty()) << "no story below " << folder;
  return paths;
}

bool is_raw(const std::filesystem::path& path) {
  return path.parent_path().filename() == "raw-data";
}

// The stories don't say which fields are never indexed.
OwnedFields without_marks(OwnedFields fields) {
  for (OwnedField& field : fields) field.never_indexed = false;
  return fields;
}

TEST(Stories, AreDecodedFieldForField) {
  std::size_t stories = 0;
  std::size_t fields = 0;
  for (const auto& path : story_paths()) {
    SCOPED_TRACE(path.string());
    Decoder decoder;
    std::size_t number = 0;
    bool encoded = false;
    for (const Block& block : read_story(path)) {
      SCOPED_TRACE(number++);
      if (!block.wire) continue;
      encoded = true;
      if (block.table_octets) decoder.set_max_size(*block.table_octets);
      const Decoded decoded = decode(decoder, *block.wire, {.list_octets = 1u << 30});
      ASSERT_EQ(decoded.result.defect, Defect::none);
      ASSERT_EQ(without_marks(decoded.fields), block.fields);
      fields += block.fields.size();
    }
    if (encoded) ++stories;
  }
  std::cout << stories << " encoded stories with " << fields << " fields decoded\n";
}

TEST(Stories, RoundTripWithTheirSecretsMarked) {
  for (const auto& path : story_paths()) {
    SCOPED_TRACE(path.string());
    Encoder encoder;
    Decoder decoder;
    for (Block& block : read_story(path)) {
      for (OwnedField& field : block.fields)
        field.never_indexed = is_secret(field.name, field.value);
      const Decoded decoded =
          decode(decoder, encode(encoder, block.fields), {.list_octets = 1u << 30});
      ASSERT_EQ(decoded.result.defect, Defect::none);
      ASSERT_EQ(decoded.fields, block.fields);
      ASSERT_EQ(entries(encoder.table()), entries(decoder.table()));
      for (const OwnedField& entry : entries(encoder.table()))
        ASSERT_FALSE(is_secret(entry.name, entry.value));
    }
  }
}

std::size_t deflated_octets(nghttp2_hd_deflater* deflater, OwnedFields& fields) {
  std::vector<nghttp2_nv> list;
  for (OwnedField& field : fields) {
    list.push_back({reinterpret_cast<std::uint8_t*>(field.name.data()),
                    reinterpret_cast<std::uint8_t*>(field.value.data()),
                    field.name.size(),
                    field.value.size(),
                    NGHTTP2_NV_FLAG_NONE});
  }
  std::vector<std::uint8_t> room(nghttp2_hd_deflate_bound(deflater, list.data(), list.size()));
  const auto size =
      nghttp2_hd_deflate_hd(deflater, room.data(), room.size(), list.data(), list.size());
  EXPECT_GE(size, 0);
  return static_cast<std::size_t>(size);
}

// Both encoders with a table of 4096 octets, a new one for each story.
TEST(Stories, RawOnesAreCompressedNoWorseThanByNghttp2) {
  std::size_t ours = 0;
  std::size_t theirs = 0;
  std::size_t text = 0;
  for (const auto& path : story_paths()) {
    if (!is_raw(path)) continue;
    nghttp2_hd_deflater* raw = nullptr;
    ASSERT_EQ(nghttp2_hd_deflate_new(&raw, kDefaultTableSize), 0);
    const std::unique_ptr<nghttp2_hd_deflater, void (*)(nghttp2_hd_deflater*)> deflater(
        raw, nghttp2_hd_deflate_del);
    Encoder encoder;
    for (Block& block : read_story(path)) {
      for (OwnedField& field : block.fields) {
        text += field.name.size() + field.value.size();
        // nghttp2 marks only these by itself: equal secrecy, equal chances.
        field.never_indexed = is_secret(field.name, field.value);
      }
      ours += encode(encoder, block.fields).size();
      theirs += deflated_octets(deflater.get(), block.fields);
    }
  }
  std::cout << "raw stories: " << text << " octets of text, " << ours << " from us, " << theirs
            << " from nghttp2\n";
  EXPECT_LE(ours, theirs);
}

}  // namespace
}  // namespace h2assay::hpack
