#pragma once
// The same kind of pair made of two libnghttp2 sessions: what a pair of ours is measured against.

#include <cstdint>

namespace h2assay::fuzz {

// Two sessions are made, `requests` GETs are answered with 200, and both are freed.  The number of
// frames that arrived at either end.
std::uint64_t run_nghttp2_pair(int requests);

}  // namespace h2assay::fuzz
