#include "conformance/peers/peer.h"

namespace h2assay {

const char* name(End end) {
  switch (end) {
    case End::fin:       return "fin";
    case End::rst:       return "rst";
    case End::tls_alert: return "tls-alert";
  }
  return "";
}

Opened Peer::open_tls(const TlsWishes& /*wishes*/, Deadline /*deadline*/) {
  return std::unexpected(
      OpenFailure{.kind = OpenFailure::Kind::no_tls, .text = "the peer is reached without TLS"});
}

}  // namespace h2assay
