#include "engine/priority/tree.h"

#include <algorithm>

namespace h2assay::priority {

Tree::Tree(std::size_t most_streams) : most_streams_(most_streams) { nodes_[0]; }

bool Tree::make(std::uint32_t stream) {
  if (nodes_.contains(stream)) return true;
  if (size() >= most_streams_) return false;
  nodes_[stream];
  attach(stream, 0);
  return true;
}

void Tree::attach(std::uint32_t stream, std::uint32_t parent) {
  Node& child = node(stream);
  child.parent = parent;
  auto& siblings = node(parent).children;
  siblings.insert(std::ranges::lower_bound(siblings, stream), stream);
  count_ready(parent, child.ready_below);
  catch_up(stream);
}

void Tree::detach(std::uint32_t stream) {
  const Node& child = node(stream);
  count_ready(child.parent, -std::int64_t{child.ready_below});
  std::erase(node(child.parent).children, stream);
}

bool Tree::is_below(std::uint32_t stream, std::uint32_t ancestor) const {
  while (stream != 0 && stream != ancestor) stream = nodes_.at(stream).parent;
  return stream == ancestor;
}

void Tree::count_ready(std::uint32_t from, std::int64_t change) {
  for (;; from = node(from).parent) {
    node(from).ready_below = static_cast<std::uint32_t>(node(from).ready_below + change);
    if (from == 0) return;
  }
}

// Whoever was idle has saved nothing up: it starts level with the least served of its siblings.
void Tree::catch_up(std::uint32_t stream) {
  Node& late = node(stream);
  std::optional<std::uint64_t> least;
  for (const std::uint32_t id : node(late.parent).children) {
    const Node& sibling = node(id);
    if (id == stream || sibling.ready_below == 0) continue;
    least = std::min(least.value_or(sibling.served), sibling.served);
  }
  if (least) late.served = std::max(late.served, *least);
}

void Tree::set(std::uint32_t stream, const Dependency& dependency) {
  const std::uint32_t parent = dependency.depends_on;
  if (stream == 0 || parent == stream) return;
  if (!make(stream)) return;
  const std::uint32_t onto = parent != 0 && !make(parent) ? 0 : parent;
  if (onto != 0 && is_below(onto, stream)) {  // Section 5.3.3: the descendant moves up first
    detach(onto);
    attach(onto, node(stream).parent);
  }
  detach(stream);
  if (dependency.exclusive) {
    const std::vector<std::uint32_t> children = node(onto).children;
    for (const std::uint32_t child : children) {
      detach(child);
      node(child).parent = 0;
    }
    attach(stream, onto);
    for (const std::uint32_t child : children) attach(child, stream);
  } else {
    attach(stream, onto);
  }
  node(stream).weight = std::clamp<std::uint16_t>(dependency.weight, 1, 256);
}

void Tree::remove(std::uint32_t stream) {
  if (stream == 0 || !nodes_.contains(stream)) return;
  set_ready(stream, false);
  const Node gone = node(stream);
  std::uint32_t weights = 0;
  for (const std::uint32_t child : gone.children) weights += node(child).weight;
  for (const std::uint32_t child : gone.children) {
    detach(child);
    const std::uint32_t share = std::uint32_t{gone.weight} * node(child).weight / weights;
    node(child).weight = static_cast<std::uint16_t>(std::max(share, 1U));
    attach(child, gone.parent);
  }
  detach(stream);
  nodes_.erase(stream);
}

void Tree::set_ready(std::uint32_t stream, bool ready) {
  const auto at = nodes_.find(stream);
  if (stream == 0 || at == nodes_.end() || at->second.ready == ready) return;
  if (ready && at->second.ready_below == 0) catch_up(stream);
  at->second.ready = ready;
  count_ready(stream, ready ? 1 : -1);
}

std::optional<std::uint32_t> Tree::next() const {
  std::uint32_t at = 0;
  while (nodes_.at(at).ready_below != 0) {
    const Node& here = nodes_.at(at);
    if (here.ready) return at;
    const Node* best = nullptr;
    for (const std::uint32_t child : here.children) {
      const Node& candidate = nodes_.at(child);
      if (candidate.ready_below == 0) continue;
      if (best == nullptr || candidate.served < best->served) {
        best = &candidate;
        at = child;
      }
    }
  }
  return std::nullopt;
}

void Tree::served(std::uint32_t stream, std::uint32_t octets) {
  if (!nodes_.contains(stream)) return;
  for (; stream != 0; stream = node(stream).parent) {
    node(stream).served += std::uint64_t{octets} * 256 / node(stream).weight;
  }
}

std::optional<Dependency> Tree::dependency(std::uint32_t stream) const {
  const auto at = nodes_.find(stream);
  if (stream == 0 || at == nodes_.end()) return std::nullopt;
  return Dependency{.depends_on = at->second.parent, .weight = at->second.weight};
}

}  // namespace h2assay::priority
