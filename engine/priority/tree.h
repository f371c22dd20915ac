#pragma once
// The dependency tree of RFC 7540, Section 5.3.  Deprecated by RFC 9113, and used by no connection:
// a server that wants to follow it feeds it with PriorityUpdated events and asks whom to serve.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace h2assay::priority {

struct Dependency {
  std::uint32_t depends_on = 0;  // 0: the root
  std::uint16_t weight = 16;     // 1 to 256
  bool exclusive = false;
};

class Tree {
 public:
  // At most so many streams, idle ones included: a peer can name as many as it likes.
  explicit Tree(std::size_t most_streams = 1000);

  // A stream appears, or its priority changes: Sections 5.3.1 and 5.3.3.  A parent that is not
  // known appears with the default priority (5.3.4).  A dependency on itself is ignored, and so is
  // a new stream when the tree is full.
  void set(std::uint32_t stream, const Dependency& dependency);

  // The stream is over: its dependents take its place, its weight shared among them (5.3.4).
  void remove(std::uint32_t stream);

  // Whether the stream has something that it may send now.
  void set_ready(std::uint32_t stream, bool ready);

  // The stream to serve next: no stream before those that it depends on, siblings by weight.
  std::optional<std::uint32_t> next() const;

  // So many octets of the stream were sent.
  void served(std::uint32_t stream, std::uint32_t octets);

  std::size_t size() const { return nodes_.size() - 1; }

  // What is kept of the stream; nothing if it is not known.
  std::optional<Dependency> dependency(std::uint32_t stream) const;

 private:
  struct Node {
    std::uint32_t parent = 0;
    std::uint16_t weight = 16;
    bool ready = false;
    std::uint32_t ready_below = 0;        // streams of this subtree that are ready, itself included
    std::uint64_t served = 0;             // octets of the subtree × 256 / weight
    std::vector<std::uint32_t> children;  // sorted
  };

  Node& node(std::uint32_t stream) { return nodes_.at(stream); }

  bool make(std::uint32_t stream);
  void attach(std::uint32_t stream, std::uint32_t parent);
  void detach(std::uint32_t stream);
  bool is_below(std::uint32_t stream, std::uint32_t ancestor) const;
  void count_ready(std::uint32_t from, std::int64_t change);
  void catch_up(std::uint32_t stream);

  std::size_t most_streams_;
  std::map<std::uint32_t, Node> nodes_;  // 0: the root
};

}  // namespace h2assay::priority
