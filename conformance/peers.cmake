# The wires and the peers at their other ends.
target_sources(h2assay_conformance PRIVATE
  peers/credentials.cpp
  peers/launched_peer.cpp
  peers/memory_peer.cpp
  peers/network_peer.cpp
  peers/peer.cpp
  peers/process.cpp
  peers/socket.cpp
  peers/supervisor.cpp
  peers/target.cpp
  peers/tls.cpp
  peers/wires.cpp)

h2assay_test(NAME peers_test LABEL unit
  SOURCES
    peers/listener_for_tests.h
    peers/memory_peer_test.cpp
    peers/process_test.cpp
    peers/real_peers_test.cpp
    peers/socket_test.cpp
    peers/target_test.cpp
    peers/tls_test.cpp
  LINK h2assay_conformance OpenSSL::SSL)
