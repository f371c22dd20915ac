#pragma once
// Each SETTINGS frame is acknowledged exactly once, and nothing else is.  RFC 9113, Section 6.5.3.

#include <array>

#include "properties/oracles/octet_oracle.h"

namespace h2assay {

class SettingsAckedOnce final : public OctetOracle {
 public:
  SettingsAckedOnce() : OctetOracle("settings_acked_once", "rfc9113-6.5.3-02") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void at_rest(bool whole) override;

 private:
  std::array<std::int64_t, 2> due_{0, 0};
};

}  // namespace h2assay
