#include "conformance/results/pcapng.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

#include "conformance/results/escape.h"

namespace h2assay {

namespace {

using Bytes = std::vector<std::uint8_t>;

// pcapng is written in the byte order of its own choice: little-endian here.
template <typename T> void little(Bytes& out, T value) {
  for (std::size_t n = 0; n < sizeof(T); ++n)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * n)));
}

template <typename T> void big(Bytes& out, T value) {
  for (std::size_t n = sizeof(T); n > 0; --n)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * (n - 1))));
}

void pad(Bytes& out) {
  while (out.size() % 4 != 0) out.push_back(0);
}

void option(Bytes& out, std::uint16_t code, std::span<const std::uint8_t> value) {
  little(out, code);
  little(out, static_cast<std::uint16_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
  pad(out);
}

void text_option(Bytes& out, std::uint16_t code, std::string_view text) {
  const std::string value = valid_text(text.substr(0, 60'000));
  option(out, code, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
}

void end_of_options(Bytes& out) { little(out, std::uint32_t{0}); }

void block(Bytes& out, std::uint32_t type, const Bytes& body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  little(out, type);
  little(out, size);
  out.insert(out.end(), body.begin(), body.end());
  little(out, size);
}

constexpr std::uint16_t kComment = 1;

void section_header(Bytes& out, std::string_view comment) {
  Bytes body;
  little(body, std::uint32_t{0x1a2b3c4d});
  little(body, std::uint16_t{1});
  little(body, std::uint16_t{0});
  little(body, ~std::uint64_t{0});  // length of the section: unknown
  constexpr std::uint16_t kApplication = 4;
  text_option(body, kApplication, "h2assay");
  text_option(body, kComment, comment);
  end_of_options(body);
  block(out, 0x0a0d0d0a, body);
}

void interface(Bytes& out) {
  Bytes body;
  constexpr std::uint16_t kLinkTypeRaw = 101;  // IP packets without anything below
  little(body, kLinkTypeRaw);
  little(body, std::uint16_t{0});
  little(body, std::uint32_t{0});  // no limit of packet size
  constexpr std::uint16_t kResolution = 9;
  constexpr std::array<std::uint8_t, 1> kMicroseconds{6};
  option(body, kResolution, kMicroseconds);
  end_of_options(body);
  block(out, 1, body);
}

// RFC 1071.
std::uint16_t checksum(std::span<const std::uint8_t> octets) {
  std::uint64_t sum = 0;
  for (std::size_t n = 0; n < octets.size(); n += 2) {
    const unsigned low = n + 1 < octets.size() ? octets[n + 1] : 0U;
    sum += static_cast<std::uint64_t>((unsigned{octets[n]} << 8U) | low);
  }
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

void put_checksum(Bytes& octets, std::size_t at, std::uint16_t sum) {
  octets[at] = static_cast<std::uint8_t>(sum >> 8U);
  octets[at + 1] = static_cast<std::uint8_t>(sum);
}

enum Flag : std::uint8_t { fin = 0x01, syn = 0x02, rst = 0x04, push = 0x08, ack = 0x10 };

// One TCP connection that never was.
class Segments {
 public:
  explicit Segments(std::size_t connection)
      : client_port_(static_cast<std::uint16_t>(40'000 + connection % 20'000)) {}

  Bytes segment(Actor from, unsigned flags, std::span<const std::uint8_t> data = {}) {
    const bool ours = from == Actor::us;
    const Bytes addresses =
        ours ? Bytes{192, 0, 2, 1, 192, 0, 2, 2} : Bytes{192, 0, 2, 2, 192, 0, 2, 1};
    std::uint32_t& sequence = ours ? our_sequence_ : peer_sequence_;
    Bytes tcp;
    big(tcp, ours ? client_port_ : kServerPort);
    big(tcp, ours ? kServerPort : client_port_);
    big(tcp, sequence);
    big(tcp, (flags & ack) != 0 ? (ours ? peer_sequence_ : our_sequence_) : std::uint32_t{0});
    tcp.push_back(5U << 4U);
    tcp.push_back(static_cast<std::uint8_t>(flags));
    big(tcp, std::uint16_t{65535});
    big(tcp, std::uint32_t{0});  // checksum, urgent pointer
    tcp.insert(tcp.end(), data.begin(), data.end());
    Bytes pseudo = addresses;
    big(pseudo, std::uint16_t{6});
    big(pseudo, static_cast<std::uint16_t>(tcp.size()));
    pseudo.insert(pseudo.end(), tcp.begin(), tcp.end());
    put_checksum(tcp, 16, checksum(pseudo));
    sequence += static_cast<std::uint32_t>(data.size()) + ((flags & (syn | fin)) != 0 ? 1U : 0U);
    return packet(addresses, tcp);
  }

 private:
  static constexpr std::uint16_t kServerPort = 80;

  Bytes packet(const Bytes& addresses, const Bytes& tcp) {
    Bytes ip = {0x45, 0};
    big(ip, static_cast<std::uint16_t>(20 + tcp.size()));
    big(ip, identification_++);
    big(ip, std::uint16_t{0x4000});  // do not fragment
    ip.push_back(64);
    ip.push_back(6);
    big(ip, std::uint16_t{0});
    ip.insert(ip.end(), addresses.begin(), addresses.end());
    put_checksum(ip, 10, checksum(ip));
    ip.insert(ip.end(), tcp.begin(), tcp.end());
    return ip;
  }

  std::uint16_t client_port_;
  std::uint32_t our_sequence_ = 1000;
  std::uint32_t peer_sequence_ = 2000;
  std::uint16_t identification_ = 0;
};

class Capture {
 public:
  Capture(std::string_view comment, std::uint64_t started_us) : started_us_(started_us) {
    section_header(out_, comment);
    interface(out_);
  }

  void add(const Packet& packet) {
    auto [found, fresh] = connections_.try_emplace(packet.connection, packet.connection);
    Segments& tcp = found->second;
    switch (packet.kind) {
      case Packet::Kind::open:
        put(packet, Actor::us, tcp.segment(Actor::us, syn), packet.comment);
        put(packet, Actor::peer, tcp.segment(Actor::peer, syn | ack), {});
        put(packet, Actor::us, tcp.segment(Actor::us, ack), {});
        return;
      case Packet::Kind::fin:
        put(packet, packet.from, tcp.segment(packet.from, fin | ack), packet.comment);
        return;
      case Packet::Kind::rst:
        put(packet, packet.from, tcp.segment(packet.from, rst | ack), packet.comment);
        return;
      case Packet::Kind::octets: break;
    }
    constexpr std::size_t kLargestSegment = 16'000;
    std::span<const std::uint8_t> rest = packet.octets;
    std::string_view remark = packet.comment;
    while (!rest.empty()) {
      const auto now = rest.first(std::min(rest.size(), kLargestSegment));
      rest = rest.subspan(now.size());
      put(packet,
          packet.from,
          tcp.segment(packet.from, push | ack, now),
          rest.empty() ? remark : "");
    }
  }

  Bytes take() { return std::move(out_); }

 private:
  void put(const Packet& packet, Actor from, const Bytes& octets, std::string_view comment) {
    const std::uint64_t at = started_us_ + packet.at_us;
    Bytes body;
    little(body, std::uint32_t{0});
    little(body, static_cast<std::uint32_t>(at >> 32U));
    little(body, static_cast<std::uint32_t>(at));
    little(body, static_cast<std::uint32_t>(octets.size()));
    little(body, static_cast<std::uint32_t>(octets.size()));
    body.insert(body.end(), octets.begin(), octets.end());
    pad(body);
    if (!comment.empty()) text_option(body, kComment, comment);
    constexpr std::uint16_t kFlags = 2;
    const std::array<std::uint8_t, 4> direction{
        static_cast<std::uint8_t>(from == Actor::us ? 2 : 1), 0, 0, 0};
    option(body, kFlags, direction);
    end_of_options(body);
    block(out_, 6, body);
  }

  Bytes out_;
  std::uint64_t started_us_;
  std::map<std::size_t, Segments> connections_;
};

}  // namespace

std::vector<std::uint8_t> pcapng(std::span<const Packet> packets,
                                 std::string_view comment,
                                 std::uint64_t started_us) {
  Capture capture(comment, started_us);
  for (const Packet& packet : packets) capture.add(packet);
  return capture.take();
}

}  // namespace h2assay
