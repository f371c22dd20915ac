# The wires and the peers at their other ends.
target_sources(h2assay_conformance PRIVATE
  peers/peer.cpp)
