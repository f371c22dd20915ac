#pragma once
// What may differ between two ends that got the same octets: permitted choices, each with the
// sentence of the RFC that permits it, and findings about a library, each with the requirement that
// it breaks.  All are named and counted; what none of them covers is unknown.

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2assay::versus {

// One thing that the ends did not do alike.  What an end did is one of
//   takes                nothing that a peer could see, or what the other end did as well
//   resets CODE          RST_STREAM
//   fails CODE           GOAWAY, and the end of the connection
//   closes               the end of the connection without GOAWAY
//   wrongly resets, wrongly fails   the engine, with another code or scope than its table says
//   tells LINES          what the application heard on the stream
//   sends WHAT           field sections, content and the end of the stream
//   replies WHAT         SETTINGS and PING acknowledgements
struct Difference {
  std::string frame{};  // "HEADERS": what the input was, "preface", "unknown"
  std::string phase{};  // of its stream, as the engine saw it before; "connection"
  std::string engine{};
  std::string rule{};  // of the engine, where it accuses: "data-on-idle"
  std::string library{};
};

std::string text_of(const Difference& difference);

// A row: what it covers, a pattern for each member of Difference.  `*` stands for any octets, `|`
// between alternatives.
struct Row {
  std::string name{};
  Difference covers{};
  std::string because{};  // the sentence, or the requirement
  bool finding = false;
  std::size_t count = 0;  // differences that it covered
};

bool covers(const Row& row, const Difference& difference);

class Rules {
 public:
  // The permitted choices alone.
  Rules();

  // Adds the findings about the library `name` of a list in CSV (versus_findings.csv says which
  // columns).  Otherwise one line that says what is wrong with the list.
  [[nodiscard]] std::expected<void, std::string> add_findings(std::string_view csv,
                                                              std::string_view library);

  // The first row that covers the difference, counted; or null.
  const Row* forgive(const Difference& difference);

  // A difference that follows from one that was forgiven: the ends see the stream differently.
  void follows() { ++followed_; }

  std::size_t followed() const { return followed_; }

  std::span<const Row> rows() const { return rows_; }

  // A line a row, and one for each that covered nothing.
  std::string report() const;

 private:
  std::vector<Row> rows_;
  std::size_t followed_ = 0;
};

}  // namespace h2assay::versus
