#pragma once
// A value for each stream: few streams in a run, so a line of them is faster than a tree.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace h2assay {

template <typename Value> class PerStream {
 public:
  Value& operator[](std::uint32_t stream_id) {
    for (auto it = values_.rbegin(); it != values_.rend(); ++it)
      if (it->first == stream_id) return it->second;
    if (values_.empty()) values_.reserve(kFew);
    return values_.emplace_back(stream_id, Value{}).second;
  }

  auto begin() const { return values_.begin(); }

  auto end() const { return values_.end(); }

 private:
  static constexpr std::size_t kFew = 8;  // one allocation for most runs

  std::vector<std::pair<std::uint32_t, Value>> values_;
};

}  // namespace h2assay
