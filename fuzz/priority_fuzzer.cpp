// The two schedulers that a server may use: the tree of RFC 7540 and the urgencies of RFC 9218, fed
// with records of four octets, and the text of a Priority field.
//
// Promises: the tree is one (no stream below itself), bounded, and serves no stream before one that
// it depends on; the scheduler serves nobody before one of a lower urgency; whoever is served was
// ready, and somebody is as long as somebody is; what a Priority field says is read back from its
// own plain form.

#include <algorithm>
#include <map>
#include <string>

#include "engine/priority/tree.h"
#include "engine/priority/urgency.h"
#include "fuzz/check.h"

namespace {

using namespace h2assay;
using priority::Urgency;

constexpr std::size_t kMostStreams = 12;

struct Ready {
  bool tree = false;
  bool scheduler = false;
  Urgency urgency;
};

using Book = std::map<std::uint32_t, Ready>;  // what the input said, stream by stream

void check_tree(const priority::Tree& tree, const Book& book) {
  if (tree.size() > kMostStreams) fuzz::fail("priority: the tree exceeds its bound", "");
  bool anybody = false;
  for (const auto& [id, ready] : book) {
    anybody = anybody || (ready.tree && tree.dependency(id));
    std::uint32_t at = id;
    for (std::size_t steps = 0; at != 0; ++steps) {
      const auto dependency = tree.dependency(at);
      if (!dependency) break;
      if (dependency->weight < 1 || dependency->weight > 256)
        fuzz::fail("priority: a weight out of range", "");
      if (steps > kMostStreams) fuzz::fail("priority: a stream depends on itself", "");
      at = dependency->depends_on;
    }
  }
  const auto next = tree.next();
  if (next.has_value() != anybody) fuzz::fail("priority: the tree serves nobody, or nobody's", "");
  if (!next) return;
  const auto is_ready = [&](std::uint32_t id) {
    const auto found = book.find(id);
    return found != book.end() && found->second.tree;
  };
  if (!is_ready(*next)) fuzz::fail("priority: the tree serves a stream that is not ready", "");
  for (std::uint32_t at = tree.dependency(*next)->depends_on; at != 0;
       at = tree.dependency(at)->depends_on)
    if (is_ready(at)) fuzz::fail("priority: the tree serves a stream before its parent", "");
}

void check_scheduler(const priority::Scheduler& scheduler, const Book& book) {
  int best = 8;
  for (const auto& [id, ready] : book)
    if (ready.scheduler) best = std::min<int>(best, ready.urgency.urgency);
  const auto next = scheduler.next();
  if (next.has_value() != (best < 8)) fuzz::fail("priority: the scheduler serves nobody", "");
  if (!next) return;
  const auto found = book.find(*next);
  if (found == book.end() || !found->second.scheduler)
    fuzz::fail("priority: the scheduler serves a stream that is not ready", "");
  if (found->second.urgency.urgency != best)
    fuzz::fail("priority: the scheduler passes over a lower urgency", "");
}

void check_field(std::string_view value) {
  const auto urgency = priority::parse_urgency(value);
  if (!urgency) return;
  if (urgency->urgency > 7) fuzz::fail("priority: an urgency above 7", value);
  const std::string plain =
      "u=" + std::to_string(urgency->urgency) + (urgency->incremental ? ", i" : "");
  if (priority::parse_urgency(plain) != urgency) fuzz::fail("priority: read back otherwise", value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  if (data[0] % 2 == 0) {
    check_field({reinterpret_cast<const char*>(data) + 1, size - 1});
    return 0;
  }
  priority::Tree tree(kMostStreams);
  priority::Scheduler scheduler;
  Book book;
  for (std::size_t i = 1; i + 4 <= size; i += 4) {
    // Stream 0 is the root, and no stream that anybody could move.
    const std::uint32_t id = data[i + 1] == 255 ? 0 : 1U + data[i + 1] % 16U;
    const Urgency urgency{.urgency = static_cast<std::uint8_t>(data[i + 3] % 8),
                          .incremental = data[i + 2] % 2 == 1};
    switch (data[i] % 6) {
      case 0:
        tree.set(id,
                 {.depends_on = data[i + 2] % 18U,
                  .weight = static_cast<std::uint16_t>(1 + data[i + 3]),
                  .exclusive = data[i] >= 128});
        break;
      case 1:
        scheduler.set(id, urgency);
        book[id].urgency = urgency;
        break;
      case 2:
        tree.remove(id);
        scheduler.remove(id);
        book.erase(id);
        break;
      case 3:
        tree.set(id, {});
        tree.set_ready(id, data[i + 2] % 2 == 1);
        // A full tree takes no new stream.
        book[id].tree = data[i + 2] % 2 == 1 && tree.dependency(id);
        break;
      case 4:
        scheduler.set(id, urgency);
        scheduler.set_ready(id, true);
        book[id].urgency = urgency;
        book[id].scheduler = true;
        break;
      default:
        if (const auto next = tree.next()) tree.served(*next, data[i + 1] * 100U);
        if (const auto next = scheduler.next()) scheduler.served(*next);
        break;
    }
    check_tree(tree, book);
    check_scheduler(scheduler, book);
  }
  return 0;
}
