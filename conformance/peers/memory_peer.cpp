#include "conformance/peers/memory_peer.h"

#include <utility>

#include "conformance/serve/application.h"

namespace h2assay {
namespace {

constexpr std::size_t kHandOver = std::size_t{64} << 10;

class MemoryWire final : public Wire {
 public:
  MemoryWire(const Options& engine, std::span<const HabitRow* const> habits)
      : application_(engine, habits) {
    facts_.peer_address = facts_.local_address = "memory";
    facts_.synchronous = true;
    application_.set_date("Sun, 06 Nov 1994 08:49:37 GMT");  // always the same: runs are repeatable
  }

  Written write(Octets octets, Deadline /*deadline*/) override {
    Written result;
    result.closed = end_.has_value() || half_closed_;
    if (result.closed) return result;
    application_.receive(octets);
    result.octets = octets.size();
    return result;
  }

  Arrival read(Deadline /*deadline*/) override {
    if (end_) return {Arrival::Kind::closed, {}, *end_};
    const Octets octets = application_.data_to_send(kHandOver);
    if (!octets.empty()) return {Arrival::Kind::octets, octets, {}};
    // As a server does: it hangs up when it has said all, or has nothing more to hear.
    if (!application_.finished() && !half_closed_) return {};
    end_ = Closed{.end = End::fin, .by = half_closed_ ? Actor::us : Actor::peer};
    return {Arrival::Kind::closed, {}, *end_};
  }

  void half_close() override { half_closed_ = true; }

  void close() override {
    if (!end_) end_ = Closed{.end = End::fin, .by = Actor::us};
  }

  void reset() override {
    if (!end_) end_ = Closed{.end = End::rst, .by = Actor::us};
  }

  const WireFacts& facts() const override { return facts_; }

 private:
  Application application_;
  WireFacts facts_;
  bool half_closed_ = false;
  std::optional<Closed> end_;
};

}  // namespace

Opened MemoryPeer::open(Deadline /*deadline*/) {
  return std::make_unique<MemoryWire>(engine_, habits_);
}

}  // namespace h2assay
