// Overdone: field blocks.  RFC 9113, Sections 4.3, 6.2 and 6.10; RFC 7541.
#include <algorithm>

#include "conformance/self/overdo.h"

namespace h2assay {
namespace {

using wire::FrameType;
using wire::Kind;
using wire::Representation;
using In = const Incoming&;
using enum Overdoing::Answer;

constexpr std::uint64_t kStaticEntries = 61;

template <typename Test> bool holds(In in, const Test& test) {
  return in.block != nullptr && std::ranges::any_of(in.block->representations, test);
}

bool uses_dynamic(const Representation& one) {
  return one.kind != Kind::size_update && one.index > kStaticEntries;
}

bool literal(const Representation& one) {
  return one.kind == Kind::incremental || one.kind == Kind::without || one.kind == Kind::never;
}

bool lacks_entry(In in) {
  return in.block != nullptr && in.block->fault == wire::HpackFault::index_beyond_table;
}

// A block in one frame, written anew from what could be read of it.
bool whole(In in) {
  return in.block != nullptr && in.is(FrameType::headers) && !in.has(wire::kPadded);
}

wire::RawFrame written_anew(In in, std::span<const wire::FieldLine> fields) {
  std::vector<Representation> block;
  for (const wire::FieldLine& field : fields)
    block.push_back(wire::stateless(field.name, field.value));
  return wire::make_frame(FrameType::headers,
                          in.frame.flags & (wire::kEndStream | wire::kEndHeaders),
                          in.frame.stream,
                          wire::encode(block));
}

wire::RawFrame as_read(In in) { return written_anew(in, in.block->fields); }

std::vector<Overdoing> frames_of_blocks() {
  return {
      {"continuation-at-all",
       {"rfc9113-4.3-02",
        "rfc9113-6.10-01",
        "rfc9113-6.2-07",
        "rfc9113-8.1-10",
        "rfc9113-6.2-12",
        "rfc9113-10.5-05"},
       connection_error,
       [](In in) { return in.is(FrameType::continuation); }},
      {"ten-continuations",
       {"rfc9113-6.10-01", "rfc9113-4.3-02"},
       connection_error,
       [](In in) { return in.is(FrameType::continuation) && in.block_frames > 10; }},
      {"fragments-are-blocks",
       {"rfc9113-4.3-02", "rfc9113-6.10-01"},
       connection_error,
       [](In in) {
         return in.is(FrameType::continuation) && in.in_field_block && in.block_frames > 1;
       }},
      {"the-end-before-the-continuation",
       {"rfc9113-6.2-07", "rfc9113-8.1-10"},
       stream_error,
       [](In in) { return in.is(FrameType::continuation) && in.stream.client_ended; }},
      {"empty-fragment",
       {"rfc9113-6.2-12", "rfc9113-6.10-01"},
       connection_error,
       [](In in) {
         return (in.is(FrameType::headers) || in.is(FrameType::continuation)) &&
                in.frame.payload.empty();
       }},
      {"an-empty-block-is-nothing",
       {"rfc9113-6.2-12", "rfc7541-6.3-04"},
       overlook,
       [](In in) { return in.block != nullptr && in.block->fields.empty(); }},
  };
}

// NOLINTNEXTLINE(readability-function-size): one table
std::vector<Overdoing> tables() {
  return {
      // A decoder that keeps no dynamic table.
      {"dynamic-index",
       {"rfc7541-2.3.2-01",
        "rfc7541-2.3.3-01",
        "rfc9113-4.3.1-01",
        "rfc9113-4.3.1-03",
        "rfc9113-4.3.1-07",
        "rfc9113-5.1-34",
        "rfc7541-6.2.1-01",
        "rfc7541-2.3.2-02",
        "rfc7541-3.2-01",
        "rfc7541-4.1-01",
        "rfc7541-4.3-01",
        "rfc7541-4.4-01",
        "rfc7541-4.4-02",
        "rfc7541-4.4-03",
        "rfc7541-6.3-01",
        "rfc9113-4.3-06"},
       connection_error,
       [](In in) { return holds(in, uses_dynamic); }},
      {"each-block-has-its-own-table",
       {"rfc9113-4.3.1-01", "rfc7541-2.3.2-01"},
       connection_error,
       [](In in) { return in.dynamic_octets > 0 && holds(in, uses_dynamic); }},
      // As a decoder that evicts too little, or inserts too much.
      {"what-is-not-in-the-table-is-nothing",
       {"rfc7541-2.2-01",
        "rfc7541-4.1-01",
        "rfc7541-4.2-07",
        "rfc7541-4.3-01",
        "rfc7541-4.4-01",
        "rfc7541-4.4-02",
        "rfc7541-6.2.2-01",
        "rfc7541-6.2.3-01",
        "rfc9113-4.3.1-01",
        "rfc7541-6.3-01",
        "rfc7541-2.3.2-01"},
       misread,
       [](In in) { return whole(in) && lacks_entry(in); },
       as_read},
      {"entry-that-is-there-already",
       {"rfc7541-2.3.2-02"},
       connection_error,
       [](In in) {
         if (in.block == nullptr) return false;
         const auto& all = in.block->representations;
         for (auto one = all.begin(); one != all.end(); ++one)
           if (one->kind == Kind::incremental && std::count(all.begin(), one, *one) > 0)
             return true;
         return in.dynamic_octets > 0 &&
                holds(in, [](const auto& one) { return one.kind == Kind::incremental; });
       }},
      {"entry-larger-than-the-table",
       {"rfc7541-4.4-02"},
       connection_error,
       [](In in) {
         return holds(in, [](const Representation& one) {
           return one.kind == Kind::incremental && one.name.size() + one.value.size() > 4000;
         });
       }},
      {"name-of-an-entry",
       {"rfc7541-4.4-03", "rfc7541-2.3.3-01"},
       connection_error,
       [](In in) {
         return holds(in,
                      [](const auto& one) { return literal(one) && one.index > kStaticEntries; });
       }},
      {"entries-of-responses",
       {"rfc7541-2.3.1-01"},
       misread,
       [](In in) {
         return whole(in) && holds(in, [](const auto& one) {
                  return one.kind == Kind::indexed && one.index >= 8 && one.index <= 14;
                });
       },
       [](In in) {
         auto fields = in.block->fields;
         std::erase_if(fields, [](const auto& field) { return field.name == ":status"; });
         return written_anew(in, fields);
       }},
      {"static-index",
       {"rfc7541-2.3.1-01", "rfc7541-2.3.3-01", "rfc7541-6.1-02"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) {
           return one.kind == Kind::indexed && one.index <= kStaticEntries;
         });
       }},
      {"static-names",
       {"rfc7541-2.3.1-01", "rfc7541-2.3.3-01"},
       misread,
       [](In in) {
         return whole(in) && holds(in, [](const auto& one) {
                  return literal(one) && one.index > 14 && one.index <= kStaticEntries;
                });
       },
       [](In in) {
         auto fields = in.block->fields;
         std::erase_if(fields, [](const auto& field) { return !field.name.starts_with(':'); });
         return written_anew(in, fields);
       }},
  };
}

// NOLINTNEXTLINE(readability-function-size): one table
std::vector<Overdoing> representations() {
  return {
      {"huffman",
       {"rfc7541-5.2-03", "rfc7541-5.2-04", "rfc7541-2.4-01"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) { return one.huffman_name || one.huffman_value; });
       }},
      {"literals",
       {"rfc7541-2.4-01",
        "rfc7541-6.2.1-01",
        "rfc7541-6.2.2-01",
        "rfc7541-6.2.3-01",
        "rfc7541-3.2-01"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) {
           return one.kind == Kind::incremental || one.kind == Kind::never;
         });
       }},
      {"never-indexed-is-indexed",
       {"rfc7541-6.2.3-01", "rfc7541-6.2.2-01"},
       overlook,
       [](In in) {
         return in.dynamic_octets == 0 && in.blocks > 0 && in.block != nullptr && lacks_entry(in);
       }},
      {"fields-in-another-order",
       {"rfc7541-2.1-02", "rfc7541-1.1-01", "rfc7541-3.1-01"},
       misread,
       [](In in) { return whole(in) && !in.block->fault; },
       [](In in) {
         std::vector<wire::FieldLine> fields;
         for (const bool pseudo : {true, false})
           for (const wire::FieldLine& line : in.block->fields)
             if (line.name.starts_with(':') == pseudo && !std::ranges::count(fields, line))
               fields.push_back(line);
         return written_anew(in, fields);
       }},
      {"octets-beyond-ascii",
       {"rfc7541-1.1-01", "rfc9113-8.2.1-13", "rfc9110-5.5-02"},
       connection_error,
       [](In in) {
         return holds(in, [](const Representation& one) {
           return std::ranges::any_of(one.value, [](char octet) { return (octet & 0x80) != 0; });
         });
       }},
      {"empty-strings",
       {"rfc7541-5.2-02", "rfc9113-8.2.1-13"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) { return literal(one) && one.value.empty(); });
       }},
      {"long-integers",
       {"rfc7541-5.1-01", "rfc7541-5.1-02", "rfc7541-6.3-01"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) {
           return one.index >= 15 || one.value.size() >= 127 || one.name.size() >= 127 ||
                  !wire::is_canonical(one);
         });
       }},
      {"the-end-of-a-long-string-is-overlooked",
       {"rfc7541-7.4-01"},
       overlook,
       [](In in) { return holds(in, [](const auto& one) { return one.value.size() > 100'000; }); }},
      {"size-update-at-all",
       {"rfc7541-4.2-06",
        "rfc7541-4.2-07",
        "rfc7541-4.3-01",
        "rfc7541-6.3-01",
        "rfc7541-6.3-04",
        "rfc9113-4.3.1-05",
        "rfc7541-4.1-01"},
       connection_error,
       [](In in) {
         return holds(in, [](const auto& one) { return one.kind == Kind::size_update; });
       }},
      {"size-update-is-demanded",
       {"rfc9113-4.3.1-07"},
       connection_error,
       [](In in) {
         return in.blocks > 0 && in.dynamic_octets > 0 &&
                !holds(in, [](const auto& one) { return one.kind == Kind::size_update; });
       }},
      {"small-table-at-once",
       {"rfc9113-4.3.1-03", "rfc9113-6.5.3-09"},
       connection_error,
       [](In in) {
         return !in.acknowledged && holds(in, [](const auto& one) {
           return one.kind == Kind::incremental && one.value.size() > 2000;
         });
       }},
  };
}

}  // namespace

std::vector<Overdoing> overdone_compression() {
  std::vector<Overdoing> rows;
  for (auto group : {frames_of_blocks(), tables(), representations()})
    rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

}  // namespace h2assay
