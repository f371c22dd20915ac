// Conformance cases become seeds of the target `frames`: what a case sends, as octets.
//
//     seeds FOLDER conformance/cases
//
// No peer is there: what waits for one ({window 1}, a bound name) is filled in with what a plain
// peer gives, and a step that still cannot be written is left out.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "properties/transcript/frame_text.h"
#include "properties/transcript/transcript.h"

namespace {

using namespace h2assay;
namespace fs = std::filesystem;
using transcript::Evaluated;

constexpr std::size_t kInstancesMax = 4;  // of one case: rows of a table differ in a field or two
constexpr std::size_t kLinesMax = 60;     // of one conversation, loops written out
constexpr std::size_t kSeedMax = 4096;    // octets

// What a plain peer gives.
class PlainPeer final : public transcript::Environment {
 public:
  Evaluated<transcript::Result> value(std::string_view name) const override {
    if (name == "authority") return "example.org";
    if (name == "scheme") return "http";
    if (name == "path" || name == "large" || name == "echo" || name == "websocket") return "/";
    if (name == "origin") return "http://example.org";
    if (name == "peer.MAX_FRAME_SIZE") return std::int64_t{16384};
    if (name == "peer.INITIAL_WINDOW_SIZE") return std::int64_t{65535};
    if (name == "peer.HEADER_TABLE_SIZE") return std::int64_t{4096};
    return std::int64_t{1};  // a name that a `<` line would have bound: a stream, mostly
  }

  Evaluated<std::int64_t> window(std::uint32_t) const override { return 65535; }

  Evaluated<std::string> status(std::uint32_t) const override { return "/"; }
};

// Writes one side of a conversation.
class Seed {
 public:
  explicit Seed(bool against_client) : octets_{static_cast<std::uint8_t>(against_client ? 3 : 2)} {}

  void add(const transcript::Step& step) {
    if (const auto* frame = std::get_if<transcript::FrameLine>(&step.what)) {
      if (const auto frames = writer_.write(*frame, peer_))
        for (const wire::RawFrame& one : *frames) wire::append(octets_, one);
      return;
    }
    const auto& phrase = std::get<transcript::Phrase>(step.what);
    if (phrase.word == "request" || phrase.word == "response") message(phrase);
    if (phrase.word == "data") data(phrase);
    if (phrase.word == "octets")
      for (const transcript::Argument& argument : phrase.arguments)
        if (const auto octets = transcript::octets(argument.value, peer_))
          octets_.insert(octets_.end(), octets->begin(), octets->end());
  }

  const std::vector<std::uint8_t>& octets() const { return octets_; }

 private:
  std::uint32_t stream(const transcript::Phrase& phrase) const {
    const auto* atom = phrase.atom(0);
    const auto id = atom == nullptr ? 1 : transcript::number(*atom, peer_, 0xffff'ffff).value_or(1);
    return static_cast<std::uint32_t>(id);
  }

  void message(const transcript::Phrase& phrase) {
    std::vector<std::uint8_t> block;
    const bool request = phrase.word == "request";
    const auto* second = phrase.atom(1);
    const std::string word =
        second == nullptr ? std::string() : transcript::octets(*second, peer_).value_or("");
    const auto add_field = [&](std::string_view name, std::string_view value) {
      wire::append(block, wire::stateless(name, value));
    };
    if (request) {
      add_field(":method", word.empty() ? "GET" : word);
      add_field(":scheme", "http");
      add_field(":authority", "example.org");
      add_field(":path", "/");
    } else {
      add_field(":status", word.size() == 3 ? word : "200");
    }
    if (const auto fields = transcript::representations(phrase.fields(), peer_))
      for (const wire::Representation& one : *fields) wire::append(block, one);
    const auto flags =
        static_cast<std::uint8_t>(wire::kEndHeaders | (word == "POST" ? 0 : wire::kEndStream));
    wire::append(octets_, wire::make_frame(wire::FrameType::headers, flags, stream(phrase), block));
  }

  void data(const transcript::Phrase& phrase) {
    const auto* length = phrase.pair("length");
    const auto octets =
        length == nullptr ? 1 : transcript::number(*length, peer_, 1U << 24).value_or(1);
    wire::append(octets_,
                 wire::make_frame(wire::FrameType::data,
                                  phrase.has("END_STREAM") ? wire::kEndStream : std::uint8_t{0},
                                  stream(phrase),
                                  std::vector<std::uint8_t>(std::min<std::uint64_t>(octets, 100))));
  }

  PlainPeer peer_{};
  transcript::FrameWriter writer_{};
  std::vector<std::uint8_t> octets_;
};

int write_seeds(const fs::path& path, const fs::path& cases, const fs::path& folder) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto parsed = transcript::parse(text, path.string());
  if (!parsed) return 0;
  const auto instances = transcript::expand(*parsed, path.string(), kInstancesMax);
  if (!instances) return 0;
  std::string name = fs::relative(path, cases).replace_extension().string();
  for (char& c : name)
    if (c == '/') c = '.';
  int written = 0;
  for (const transcript::Instance& instance : *instances) {
    const auto lines = transcript::unrolled(instance.transcript.body, PlainPeer(), kLinesMax);
    Seed seed(instance.transcript.header.role == transcript::Role::server);
    for (const transcript::Line& line : lines ? *lines : instance.transcript.body)
      if (const auto* step = std::get_if<transcript::Step>(&line.what)) seed.add(*step);
    if (seed.octets().size() < 10 || seed.octets().size() > kSeedMax) continue;
    std::ofstream out(folder / (name + "-" + std::to_string(++written)), std::ios::binary);
    out.write(reinterpret_cast<const char*>(seed.octets().data()),
              static_cast<std::streamsize>(seed.octets().size()));
  }
  return written;
}

int write_all(const fs::path& folder, const fs::path& cases) {
  fs::create_directories(folder);
  int written = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(cases))
    if (entry.path().extension() == ".h2t") written += write_seeds(entry.path(), cases, folder);
  std::printf("%d seeds\n", written);
  return written == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: seeds FOLDER conformance/cases\n");
    return 2;
  }
  try {
    return write_all(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seeds: %s\n", error.what());
    return 2;
  }
}
