#pragma once
// Alternative services: how their protocols and hosts are written.  RFC 7838, Sections 3 and 8.

#include <string_view>

namespace h2assay::watch {

// What holds for every alternative of an Alt-Svc value.  "clear", and what is no list of
// alternatives at all, says nothing and breaks nothing here.
struct Alternatives {
  bool any = false;            // there is an alternative to be judged
  bool tokens = true;          // a protocol name holds octets of a token and %XX alone
  bool percent = true;         // a percent sign stands before two hex digits: itself it is %25
  bool needed = true;          // what is encoded is no octet of a token, or is the percent sign
  bool upper_case = true;      // the hex digits are upper case
  bool hosts_in_ascii = true;  // internationalised hosts are written as A-labels
};

Alternatives judge_alternatives(std::string_view value);

}  // namespace h2assay::watch
