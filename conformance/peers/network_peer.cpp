#include "conformance/peers/network_peer.h"

#include <utility>

#include "conformance/peers/socket.h"
#include "conformance/peers/wires.h"

namespace h2assay {

NetworkPeer::NetworkPeer(Target target,
                         std::optional<TlsContext> tls,
                         std::vector<Address> addresses)
    : target_(std::move(target)),
      tls_(std::move(tls)),
      addresses_(std::move(addresses)) {}

std::expected<NetworkPeer, OpenFailure> NetworkPeer::make(const Target& target,
                                                          std::optional<TlsContext> tls,
                                                          const ReachPolicy& policy) {
  auto addresses = resolve(target);
  if (!addresses) return std::unexpected(std::move(addresses).error());
  if (auto reason = refusal(*addresses, policy)) {
    return std::unexpected(OpenFailure{OpenFailure::Kind::forbidden, 0, *std::move(reason)});
  }
  return NetworkPeer(target, std::move(tls), *std::move(addresses));
}

Opened NetworkPeer::open(Deadline deadline) {
  auto connected = connect_to(addresses_, deadline);
  if (!connected) return std::unexpected(std::move(connected).error());
  if (!tls_) return std::make_unique<TcpWire>(*std::move(connected));
  return TlsWire::establish(*std::move(connected), TlsSession(*tls_, target_.host), deadline);
}

Opened NetworkPeer::open_tls(const TlsWishes& wishes, Deadline deadline) {
  if (!tls_) return Peer::open_tls(wishes, deadline);
  const auto context = tls_->with(wishes);
  if (!context)
    return std::unexpected(
        OpenFailure{.kind = OpenFailure::Kind::no_such_tls, .text = context.error()});
  auto connected = connect_to(addresses_, deadline);
  if (!connected) return std::unexpected(std::move(connected).error());
  auto opened =
      TlsWire::establish(*std::move(connected), TlsSession(*context, target_.host), deadline);
  if (opened || !opened.error().ended) return opened;
  WireFacts facts;
  facts.peer_address = target_.authority();
  facts.tls_error = opened.error().text;
  return std::make_unique<EndedWire>(std::move(facts), *opened.error().ended);
}

std::string NetworkPeer::describe() const { return target_.authority() + (tls_ ? " (TLS)" : ""); }

}  // namespace h2assay
