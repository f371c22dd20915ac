// The encoder's mistakes: RFC 9113, Section 4.3.1; RFC 7541.  Blocks are written anew without a
// table, so what the habit leaves out is the only thing that is wrong.

#include "engine/habits/deeds.h"
#include "engine/hpack/integer.h"

namespace h2assay::deeds {
namespace {

// How long the first size update of a block is: RFC 7541, Section 6.3.
std::size_t first_update(const std::vector<std::uint8_t>& start) {
  if (start.empty() || (start[0] & 0x1f) != 0x1f) return std::min<std::size_t>(start.size(), 1);
  std::size_t at = 1;
  while (at < start.size() && (start[at] & 0x80) != 0) ++at;
  return std::min(at + 1, start.size());
}

void put_size_update(std::vector<std::uint8_t>& out, std::uint32_t size) {
  std::array<std::uint8_t, hpack::kMaxIntegerOctets> octets{};
  out.insert(out.end(), octets.data(), hpack::write_integer(octets.data(), 0x20, 5, size));
}

constexpr HabitRow kRows[] = {
    {.name = "forgets-table-size-update",
     .text = "does not say that its table has shrunk",
     .breaks = {{"rfc9113-4.3.1-04", "rfc7541-4.2-02", "rfc7541-4.2-04", "rfc7541-4.2-05"}},
     .section = [](HabitMemory&, Section& section) { section.start.clear(); }},
    {.name = "sends-table-size-update-late",
     .text = "puts size updates behind the first field of a block",
     .breaks = {{"rfc7541-4.2-02", "rfc9113-4.3.1-04"}},
     .section =
         [](HabitMemory&, Section& section) {
           if (section.lines.empty() || section.start.empty()) return;
           std::vector<std::uint8_t> block;
           append_literal(block, section.lines.front());
           block.insert(block.end(), section.start.begin(), section.start.end());
           section.start = std::move(block);
           section.lines.erase(section.lines.begin());
         }},
    {.name = "forgets-smallest-table-size",
     .text = "says only the last of two changes of its table's size",
     .breaks = {{"rfc7541-4.2-04", "rfc9113-4.3.1-04"}},
     .section =
         [](HabitMemory&, Section& section) {
           const std::size_t first = first_update(section.start);
           if (first == section.start.size()) return;
           section.start.erase(section.start.begin(),
                               section.start.begin() + static_cast<std::ptrdiff_t>(first));
         }},
    {.name = "forgets-final-table-size",
     .text = "says only the first of two changes of its table's size",
     .breaks = {{"rfc7541-4.2-05"}},
     .section = [](HabitMemory&,
                   Section& section) { section.start.resize(first_update(section.start)); }},
    {.name = "sends-three-table-size-updates",
     .text = "begins blocks with three size updates",
     .breaks = {{"rfc7541-4.2-05"}},
     .section =
         [](HabitMemory&, Section& section) {
           section.start.clear();
           for (const std::uint32_t size : {0U, 1U, 0U}) put_size_update(section.start, size);
         }},
    {.name = "takes-a-larger-table",
     .text = "makes its table larger than the peer permits",
     .breaks = {{"rfc7541-4.2-01", "rfc7541-6.3-02", "rfc9113-4.3.1-02"}},
     .section =
         [](HabitMemory& memory, Section& section) {
           section.start.clear();
           if (memory.count++ == 0) put_size_update(section.start, 1U << 30);
         }},
    {.name = "ignores-header-table-size",
     .text = "keeps a table of 4096 octets whatever HEADER_TABLE_SIZE says",
     .breaks = {{"rfc9113-4.3.1-04",
                 "rfc7541-4.2-01",
                 "rfc9113-6.5.2-01",
                 "rfc7541-4.2-04",
                 "rfc7541-4.2-02"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::settings) || is_ack(frame)) return pass(frame, out);
           std::vector<Setting> settings = settings_of(frame);
           remove_setting(settings, SettingId::header_table_size);
           append_settings(out, settings);
         }},
    {.name = "refers-to-evicted-entries",
     .text = "refers to an entry that its table is too small to hold",
     .breaks = {{"rfc9113-4.3.1-06", "rfc9113-4.3.1-02"}},
     .section =
         [](HabitMemory&, Section& section) {
           for (int i = 0; i < 5; ++i) {
             append_literal(section.end,
                            {.name = "x-fill",
                             .value = std::string(1000, static_cast<char>('a' + i)),
                             .form = Section::Form::indexed});
           }
           section.end.push_back(0x80 | (61 + 5));  // the first of them
         }},
    {.name = "reverses-fields",
     .text = "sends the regular fields of a section in reverse order",
     .breaks = {{"rfc7541-2.1-01", "rfc9110-5.3-02"}},
     .section =
         [](HabitMemory&, Section& section) {
           const auto regular = std::ranges::find_if(section.lines, [](const Section::Line& line) {
             return !line.name.starts_with(':');
           });
           std::reverse(regular, section.lines.end());
         }},
    {.name = "pads-huffman-with-zeros",
     .text = "fills the last octet of a Huffman string with zeros",
     .breaks = {{"rfc7541-5.2-08"}},
     .section =
         [](HabitMemory&, Section& section) {
           // "x-h" as it is, then "a" in Huffman's code: 00011, and three zeros.
           constexpr std::array<std::uint8_t, 7> kField = {
               0x00, 0x03, 0x78, 0x2d, 0x68, 0x81, 0x18};
           section.end.insert(section.end.end(), kField.begin(), kField.end());
         }},
    {.name = "pads-huffman-with-an-octet",
     .text = "puts a whole octet of padding behind a Huffman string",
     .breaks = {{"rfc7541-5.2-08"}},
     .section =
         [](HabitMemory&, Section& section) {
           constexpr std::array<std::uint8_t, 8> kField = {
               0x00, 0x03, 0x78, 0x2d, 0x68, 0x82, 0x1f, 0xff};
           section.end.insert(section.end.end(), kField.begin(), kField.end());
         }},
    {.name = "indexes-secrets",
     .text = "sends fields with indexing that are to be never indexed",
     .breaks = {{"rfc7541-6.2.3-03", "rfc7541-7.1-01"}},
     .section =
         [](HabitMemory&, Section& section) {
           for (Section::Line& line : section.lines) {
             if (line.form == Section::Form::never_indexed) line.form = Section::Form::indexed;
           }
         }},
};

}  // namespace

std::span<const HabitRow> compression_habits() { return kRows; }

}  // namespace h2assay::deeds
