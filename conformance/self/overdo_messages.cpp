// Overdone: messages and their fields.  RFC 9113, Section 8; RFC 9110; RFC 8441; RFC 9218.
#include <algorithm>

#include "conformance/self/overdo.h"

namespace h2assay {
namespace {

using wire::FieldLine;
using wire::FrameType;
using In = const Incoming&;
using enum Overdoing::Answer;

template <typename Test> bool field(In in, const Test& test) {
  return in.block != nullptr && std::ranges::any_of(in.block->fields, test);
}

bool has_field(In in, std::string_view name) {
  return field(in, [&](const FieldLine& line) { return line.name == name; });
}

bool has_field(In in, std::string_view name, std::string_view value) {
  return field(in, [&](const FieldLine& line) { return line.name == name && line.value == value; });
}

std::string_view value_of(In in, std::string_view name) {
  if (in.block == nullptr) return {};
  const auto found = std::ranges::find(in.block->fields, name, &FieldLine::name);
  return found == in.block->fields.end() ? std::string_view{} : std::string_view(found->value);
}

bool request(In in) { return in.block != nullptr && has_field(in, ":method"); }

bool trailers(In in) { return in.block != nullptr && in.stream.opened && !request(in); }

bool connect(In in) { return has_field(in, ":method", "CONNECT"); }

// The message with some of its fields, or others.
template <typename Change> wire::RawFrame with_fields(In in, const Change& change) {
  auto fields = in.block->fields;
  change(fields);
  std::vector<wire::Representation> block;
  block.reserve(fields.size());
  for (const FieldLine& line : fields) block.push_back(wire::stateless(line.name, line.value));
  return wire::make_frame(FrameType::headers,
                          in.frame.flags & (wire::kEndStream | wire::kEndHeaders),
                          in.frame.stream,
                          wire::encode(block));
}

std::vector<Overdoing> framing() {
  return {
      {"the-end-in-data",
       {"rfc9113-6.1-05"},
       misread,
       [](In in) { return in.is(FrameType::data) && in.has(wire::kEndStream); },
       [](In in) {
         wire::RawFrame frame = in.frame;
         frame.flags = static_cast<std::uint8_t>(frame.flags & ~wire::kEndStream);
         return frame;
       }},
      {"trailers-at-all",
       {"rfc9113-8.1-18", "rfc9113-8.1-19", "rfc9110-6.5.1-02", "rfc9113-5.1-19"},
       stream_error,
       trailers},
      {"trailers-without-content",
       {"rfc9113-8.1-19"},
       stream_error,
       [](In in) { return trailers(in) && in.stream.data_frames == 0; }},
      {"trailers-are-fields-of-the-header",
       {"rfc9110-6.5.1-02"},
       stream_error,
       [](In in) {
         return trailers(in) && (has_field(in, "content-length") || has_field(in, "host") ||
                                 has_field(in, "expect") || has_field(in, "range"));
       }},
      {"a-length-of-zero",
       {"rfc9113-8.1.1-06"},
       stream_error,
       [](In in) { return has_field(in, "content-length", "0"); }},
      {"a-length-counts-padding",
       {"rfc9113-8.1.1-05"},
       stream_error,
       [](In in) { return in.is(FrameType::data) && in.has(wire::kPadded); }},
      {"a-length-that-agrees",
       {"rfc9113-8.1.1-05", "rfc9110-8.6-01"},
       stream_error,
       [](In in) { return in.is(FrameType::headers) && has_field(in, "content-length"); }},
      {"the-request-before-its-fields-end",
       {"rfc9110-5.3-04"},
       misread,
       [](In in) { return in.is(FrameType::continuation) && in.block != nullptr; },
       [](In in) {
         return wire::make_frame(FrameType::continuation, wire::kEndHeaders, in.frame.stream, {});
       }},
  };
}

std::vector<Overdoing> fields() {
  return {
      {"te-at-all", {"rfc9113-8.2.2-07"}, stream_error, [](In in) { return has_field(in, "te"); }},
      {"values-by-their-own-grammar",
       {"rfc9113-8.2.1-18"},
       stream_error,
       [](In in) {
         return has_field(in, "date") || has_field(in, "accept") || has_field(in, "from") ||
                has_field(in, "max-forwards") || has_field(in, "referer");
       }},
      {"unknown-fields",
       {"rfc9110-5.1-03", "rfc9110-5.1-01", "rfc9110-5.3-01"},
       stream_error,
       [](In in) {
         return field(in, [](const FieldLine& line) { return line.name.starts_with("x"); });
       }},
      {"fields-on-several-lines",
       {"rfc9110-5.3-01", "rfc9110-5.6.1-01"},
       stream_error,
       [](In in) {
         return std::ranges::count_if(
                    in.block == nullptr ? std::vector<FieldLine>{} : in.block->fields,
                    [](const FieldLine& line) {
                      return line.name == "accept" || line.name == "x-list";
                    }) > 0;
       }},
      {"empty-members",
       {"rfc9110-5.6.1-01"},
       stream_error,
       [](In in) {
         return field(in, [](const FieldLine& line) {
           return line.value.find(",,") != std::string::npos ||
                  line.value.find(", ,") != std::string::npos || line.value.starts_with(',');
         });
       }},
  };
}

std::vector<Overdoing> octets() {
  return {
      {"tokens-of-letters-alone",
       {"rfc9110-5.1-01", "rfc9110-5.1-03"},
       stream_error,
       [](In in) {
         return field(in, [](const FieldLine& line) {
           return std::ranges::any_of(line.name, [](char octet) {
             return std::string_view("!#$%&'*+.^_`|~").find(octet) != std::string_view::npos;
           });
         });
       }},
      {"controls-are-nothing",
       {"rfc9113-8.2.1-01", "rfc9110-5.5-04"},
       stream_error,
       [](In in) {
         return field(in, [](const FieldLine& line) {
           return std::ranges::any_of(line.value, [](char octet) {
             return (octet >= 0 && octet < 0x20 && octet != '\t') || octet == 0x7f;
           });
         });
       }},
      {"names-with-blanks",
       {"rfc9113-8.1.1-13", "rfc9113-8.2.1-17"},
       misread,
       [](In in) {
         return in.is(FrameType::headers) && field(in, [](const FieldLine& line) {
                  return line.name.find(' ') != std::string::npos;
                });
       },
       [](In in) {
         return with_fields(in, [](auto& fields) {
           std::erase_if(fields, [](const FieldLine& line) {
             return line.name.find(' ') != std::string::npos;
           });
         });
       }},
      {"octets-that-are-no-token",
       {"rfc9113-8.2.1-01", "rfc9110-5.1-01"},
       stream_error,
       [](In in) {
         return field(in, [](const FieldLine& line) {
           return line.name.find_first_of("\"(),/;<=>?@[]{}\\") != std::string::npos;
         });
       }},
  };
}

std::vector<Overdoing> priorities() {
  return {
      {"priority-that-cannot-be-parsed",
       {"rfc9218-4-02", "rfc9218-4-03", "rfc9218-5-01"},
       stream_error,
       [](In in) { return has_field(in, "priority"); }},
      {"the-last-urgency-without-field",
       {"rfc9218-4-01"},
       misread,
       [](In in) { return request(in) && in.is(FrameType::headers) && !has_field(in, "priority"); },
       [](In in) {
         return with_fields(in, [](auto& fields) { fields.push_back({"priority", "u=7"}); });
       }},
      {"urgency-means-nothing",
       {"rfc9218-10-01", "rfc9218-10-03", "rfc9218-7-02"},
       misread,
       [](In in) { return in.is(FrameType::headers) && has_field(in, "priority"); },
       [](In in) {
         return with_fields(in, [&](auto& fields) {
           const bool late = in.highest_stream > 0;
           std::erase_if(fields, [](const FieldLine& line) { return line.name == "priority"; });
           fields.push_back({"priority", late ? "u=0" : "u=7"});
         });
       }},
  };
}

std::vector<Overdoing> requests() {
  return {
      {"nothing-but-https",
       {"rfc9113-8.3.1-02"},
       stream_error,
       [](In in) {
         const auto scheme = value_of(in, ":scheme");
         return request(in) && scheme != "http" && scheme != "https" && !connect(in);
       }},
      {"host-beside-authority",
       {"rfc9113-8.3.1-08"},
       stream_error,
       [](In in) { return has_field(in, "host") && has_field(in, ":authority"); }},
      {"host-in-place-of-authority",
       {"rfc9113-8.3.1-10"},
       stream_error,
       [](In in) { return request(in) && !has_field(in, ":authority"); }},
      {"asterisk",
       {"rfc9113-8.3.1-24", "rfc9113-8.3.1-15"},
       stream_error,
       [](In in) { return has_field(in, ":path", "*"); }},
      {"a-thousand-octets-of-path",
       {"rfc9110-4.1-01"},
       stream_error,
       [](In in) { return value_of(in, ":path").size() > 1000; }},
      {"unknown-method",
       {"rfc9110-9.1-03", "rfc9110-9.1-01", "rfc9110-9.1-04"},
       stream_error,
       [](In in) {
         const auto method = value_of(in, ":method");
         return request(in) && method != "GET" && method != "HEAD" && method != "POST";
       }},
      {"methods-in-any-case",
       {"rfc9110-9.1-01", "rfc9110-9.1-03"},
       misread,
       [](In in) { return request(in) && in.is(FrameType::headers) && !connect(in); },
       [](In in) {
         return with_fields(in, [](auto& fields) {
           for (FieldLine& line : fields)
             if (line.name == ":method") line.value = "GET";
         });
       }},
      {"expectations",
       {"rfc9110-10.1.1-01", "rfc9110-10.1.1-07"},
       stream_error,
       [](In in) { return has_field(in, "expect"); }},
  };
}

std::vector<Overdoing> tunnels() {
  return {
      {"connect-at-all",
       {"rfc9110-9.3.6-03", "rfc8441-5-06", "rfc8441-5-08", "rfc8441-4-05", "rfc9113-8.5-08"},
       connection_error,
       connect},
      {"any-protocol-is-a-tunnel",
       {"rfc8441-4-06"},
       misread,
       [](In in) { return connect(in) && has_field(in, ":protocol"); },
       [](In in) {
         return with_fields(in, [](auto& fields) {
           for (FieldLine& line : fields)
             if (line.name == ":protocol") line.value = "websocket";
         });
       }},
      {"tunnels-end-both-ways",
       {"rfc9113-8.5-08", "rfc8441-5-08"},
       stream_error,
       [](In in) { return in.is(FrameType::data) && in.has(wire::kEndStream); }},
      {"tunnels-take-data-alone",
       {"rfc9113-8.5-07", "rfc9113-8.5-06"},
       stream_error,
       [](In in) {
         return in.stream.opened && (in.is(FrameType::window_update) || in.is(FrameType::priority));
       }},
      {"tunnels-take-anything",
       {"rfc9113-8.5-07"},
       overlook,
       [](In in) { return in.is(FrameType::headers) && in.stream.opened; }},
  };
}

std::vector<Overdoing> distrust() {
  return {
      {"another-authority-is-abuse",
       {"rfc9113-9.1.1-04"},
       connection_error,
       [](In in) { return value_of(in, ":authority").ends_with(".invalid"); }},
      {"content-that-nobody-wants",
       {"rfc9113-8.1-22", "rfc9113-8.1-23", "rfc9113-8.1.1-15"},
       connection_error,
       [](In in) { return in.is(FrameType::data) && in.stream.data_frames == 0; }},
      {"limits-that-nobody-announced",
       {"rfc9113-6.5.2-18", "rfc9113-6.5.2-19"},
       connection_error,
       [](In in) {
         std::size_t octets = 0;
         if (in.block != nullptr)
           for (const FieldLine& line : in.block->fields)
             octets += line.name.size() + line.value.size();
         return octets > 8000;
       }},
  };
}

}  // namespace

std::vector<Overdoing> overdone_messages() {
  std::vector<Overdoing> rows;
  for (auto group :
       {framing(), fields(), octets(), priorities(), requests(), tunnels(), distrust()})
    rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

}  // namespace h2assay
