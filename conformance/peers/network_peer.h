#pragma once
// A server that somebody else runs, reached over TCP or TLS.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/peers/target.h"
#include "conformance/peers/tls.h"

namespace h2assay {

class NetworkPeer final : public Peer {
 public:
  // Resolves the name once: every connection goes to the addresses that the policy has seen.
  static std::expected<NetworkPeer, OpenFailure> make(const Target& target,
                                                      std::optional<TlsContext> tls,
                                                      const ReachPolicy& policy);

  Opened open(Deadline deadline) override;
  Opened open_tls(const TlsWishes& wishes, Deadline deadline) override;
  std::string describe() const override;

  std::string authority() const override { return target_.authority(); }

  std::string scheme() const override { return tls_ ? "https" : "http"; }

 private:
  NetworkPeer(Target target, std::optional<TlsContext> tls, std::vector<Address> addresses);

  Target target_;
  std::optional<TlsContext> tls_;
  std::vector<Address> addresses_;
};

}  // namespace h2assay
