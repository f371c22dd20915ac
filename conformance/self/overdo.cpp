#include "conformance/self/overdo.h"

#include <iterator>

namespace h2assay {

std::span<const Overdoing> overdoings() {
  static const std::vector<Overdoing> all = [] {
    std::vector<Overdoing> rows;
    for (auto group :
         {overdone_frames(), overdone_streams(), overdone_compression(), overdone_messages()})
      rows.insert(rows.end(), group.begin(), group.end());
    return rows;
  }();
  return all;
}

}  // namespace h2assay
