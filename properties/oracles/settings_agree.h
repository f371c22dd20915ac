#pragma once
// What is told of SETTINGS is what the frames say, and what is in force follows from it: an event
// names for each parameter the value before and the value now; the peer's are in force as soon as
// they arrive, ours with their ACK, oldest first (what only restricts the peer from the first frame
// on).  RFC 9113, Section 6.5.3.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "properties/oracles/joint_oracle.h"

namespace h2assay {

class SettingsAgree final : public JointOracle {
 public:
  SettingsAgree();

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void received(const Pair& pair, Side at, Events events) override;
  void before_call(const Pair& pair, const Command& command) override;
  using JointOracle::at_rest;
  void at_rest(const Pair& pair) override;

 private:
  using Frame = std::vector<wire::SettingEntry>;

  // The values of one endpoint, by parameter; nothing where it has none, or is not known.
  class Book {
   public:
    std::optional<std::uint32_t> value(std::uint16_t id) const;
    void take(const wire::SettingEntry& entry);

   private:
    static constexpr std::uint16_t kKnown = 10;  // 0x1 to 0x9, without 0x7

    std::array<std::optional<std::uint32_t>, kKnown> values_{
        {{}, 4096, 1, {}, 65535, 16384, {}, {}, 0, 0}};
  };

  struct End {
    Book own;
    Book peer;
    bool initiated = false;
    bool over = false;
    std::vector<Frame> announced;               // ours, not yet acknowledged; oldest first
    std::vector<std::optional<Frame>> arrived;  // not yet told; nothing: an ACK
  };

  void judge(Book& book, const Frame& frame, std::span<const ChangedSetting> told, Side at);
  void compare(const Pair& pair, Side side);

  std::array<End, 2> ends_;
};

}  // namespace h2assay
