#pragma once
// What the late values of a case mean: {path}, {peer.MAX_FRAME_SIZE}, {window 1}.

#include "conformance/player/facts.h"
#include "conformance/player/party.h"
#include "properties/transcript/environment.h"

namespace h2assay {

class Surroundings final : public transcript::Environment {
 public:
  explicit Surroundings(const Facts& facts) : facts_(&facts) {}

  // The connection that windows and settings are those of; none: what is known before step one.
  void watch(const Party* party) { party_ = party; }

  transcript::Evaluated<transcript::Result> value(std::string_view name) const override;
  transcript::Evaluated<std::int64_t> window(std::uint32_t stream) const override;
  transcript::Evaluated<std::string> status(std::uint32_t code) const override;

 private:
  std::uint32_t setting(std::string_view name) const;

  const Facts* facts_;
  const Party* party_ = nullptr;
};

}  // namespace h2assay
