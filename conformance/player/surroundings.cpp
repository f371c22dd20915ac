#include "conformance/player/surroundings.h"

#include <fmt/format.h>

namespace h2assay {

using transcript::Evaluated;
using transcript::Fault;
using transcript::Result;

namespace {

constexpr std::string_view kPeer = "peer.";

Evaluated<Result> resource(const std::string& path, std::string_view what) {
  if (!path.empty()) return Result(path);
  return std::unexpected(Fault{.kind = Fault::Kind::unsupported,
                               .what = fmt::format("the peer has no resource {{{}}}", what)});
}

}  // namespace

std::map<std::string, std::uint32_t> initial_settings() {
  return {{"HEADER_TABLE_SIZE", 4096},
          {"ENABLE_PUSH", 1},
          {"MAX_CONCURRENT_STREAMS", UINT32_MAX},  // no limit
          {"INITIAL_WINDOW_SIZE", wire::kDefaultWindow},
          {"MAX_FRAME_SIZE", wire::kSmallestMaxFrameSize},
          {"MAX_HEADER_LIST_SIZE", UINT32_MAX},  // no limit
          {"ENABLE_CONNECT_PROTOCOL", 0},
          {"NO_RFC7540_PRIORITIES", 0}};
}

std::uint32_t Surroundings::setting(std::string_view name) const {
  if (party_ != nullptr && party_->heard_settings()) return party_->peer_setting(name);
  const auto found = facts_->settings.find(std::string(name));
  if (found != facts_->settings.end()) return found->second;
  return initial_settings().at(std::string(name));
}

Evaluated<Result> Surroundings::value(std::string_view name) const {
  if (name == "authority") return Result(facts_->authority);
  if (name == "scheme") return Result(facts_->scheme);
  if (name == "path") return Result(facts_->path);
  if (name == "large") return resource(facts_->large, name);
  if (name == "echo") return resource(facts_->echo, name);
  if (name == "websocket") return resource(facts_->websocket, name);
  if (name == "push") return resource(facts_->push, name);
  if (name == "interim") return resource(facts_->interim, name);
  if (name == "trailers") return resource(facts_->trailers, name);
  if (name.starts_with(kPeer)) {
    const auto setting_name = name.substr(kPeer.size());
    if (wire::setting_id(setting_name)) return Result(std::int64_t{setting(setting_name)});
  }
  return std::unexpected(
      Fault{.kind = Fault::Kind::not_given, .what = fmt::format("{{{}}} has no value", name)});
}

Evaluated<std::int64_t> Surroundings::window(std::uint32_t stream) const {
  if (party_ != nullptr) return party_->window(stream);
  return stream == 0 ? wire::kDefaultWindow : std::int64_t{setting("INITIAL_WINDOW_SIZE")};
}

Evaluated<std::string> Surroundings::status(std::uint32_t code) const {
  const auto found = facts_->statuses.find(code);
  if (found != facts_->statuses.end()) return found->second;
  return std::unexpected(
      Fault{.kind = Fault::Kind::unsupported,
            .what = fmt::format("the peer has no resource that answers {}", code)});
}

}  // namespace h2assay
