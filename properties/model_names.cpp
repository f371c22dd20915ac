#include <utility>

#include "properties/model.h"

namespace h2assay::model {

std::string_view name(FieldFault fault) {
  switch (fault) {
    case FieldFault::none:                     return "none";
    case FieldFault::name_empty:               return "empty field name";
    case FieldFault::name_upper_case:          return "upper-case field name";
    case FieldFault::name_octet:               return "forbidden octet in a field name";
    case FieldFault::value_octet:              return "NUL, CR or LF in a field value";
    case FieldFault::value_edge_blank:         return "blank at an edge of a field value";
    case FieldFault::connection_specific:      return "connection-specific field";
    case FieldFault::te_not_trailers:          return "te with another value than trailers";
    case FieldFault::pseudo_unknown:           return "unknown pseudo-field";
    case FieldFault::pseudo_of_other_side:     return "pseudo-field of the other direction";
    case FieldFault::pseudo_in_trailers:       return "pseudo-field in trailers";
    case FieldFault::pseudo_after_regular:     return "pseudo-field after a regular field";
    case FieldFault::pseudo_repeated:          return "repeated pseudo-field";
    case FieldFault::method_missing:           return "no :method";
    case FieldFault::scheme_missing:           return "no :scheme";
    case FieldFault::path_missing:             return "no :path";
    case FieldFault::path_empty:               return "empty :path";
    case FieldFault::path_form:                return ":path begins with no slash";
    case FieldFault::authority_missing:        return "no :authority in CONNECT";
    case FieldFault::authority_userinfo:       return "userinfo in :authority";
    case FieldFault::host_differs:             return "host differs from :authority";
    case FieldFault::connect_with_target:      return "CONNECT with :scheme or :path";
    case FieldFault::protocol_without_connect: return ":protocol without CONNECT";
    case FieldFault::status_missing:           return "no :status";
    case FieldFault::status_form:              return ":status is not three digits";
    case FieldFault::status_101:               return ":status 101";
    case FieldFault::content_length_form:      return "content-length is no number, or two differ";
    case FieldFault::promise_not_safe:         return "promised request is neither GET nor HEAD";
    case FieldFault::promise_with_content:     return "promised request with content";
  }
  std::unreachable();
}

std::string_view name(MessageFault fault) {
  switch (fault) {
    case MessageFault::none:                 return "none";
    case MessageFault::data_before_headers:  return "DATA before the header section";
    case MessageFault::interim_ends_stream:  return "an interim response ends the stream";
    case MessageFault::section_after_final:  return "HEADERS amid the message, without END_STREAM";
    case MessageFault::frame_after_end:      return "a frame after END_STREAM";
    case MessageFault::headers_on_tunnel:    return "HEADERS on a connected stream";
    case MessageFault::content_length_short: return "less content than content-length";
    case MessageFault::content_length_long:  return "more content than content-length";
    case MessageFault::content_where_none:   return "content where there is none";
  }
  std::unreachable();
}

}  // namespace h2assay::model
