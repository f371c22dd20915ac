#include "properties/permitted.h"

#include <array>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace h2assay::rfc {
namespace {

using wire::FrameType;
using wire::Role;

constexpr std::array kPhases{Phase::connection,
                             Phase::idle,
                             Phase::idle_of_receiver,
                             Phase::skipped,
                             Phase::reserved_local,
                             Phase::reserved_remote,
                             Phase::open,
                             Phase::half_closed_local,
                             Phase::half_closed_remote,
                             Phase::closed_by_end,
                             Phase::closed_by_peer_reset,
                             Phase::closed_by_own_reset};

constexpr std::uint8_t type(FrameType frame) { return static_cast<std::uint8_t>(frame); }

std::uint32_t code(ErrorCode error) { return static_cast<std::uint32_t>(error); }

Reaction reset(ErrorCode error) { return {ReactionKind::stream_error, code(error)}; }

Reaction goaway(ErrorCode error) { return {ReactionKind::connection_error, code(error)}; }

const Reaction kSilence{ReactionKind::accepted, 0};
const Reaction kClosed{ReactionKind::closed, 0};
const Reaction kSuccess{ReactionKind::success, 0};
const Reaction kClientError{ReactionKind::client_error, 0};

Grade graded(Phase phase,
             FrameType frame,
             Defect defect,
             const Reaction& reaction,
             Role receiver = Role::server) {
  const PermittedRow* const row = permitted({phase, type(frame), defect, receiver});
  EXPECT_NE(row, nullptr) << name(phase) << ", " << name(defect);
  return row == nullptr ? Grade::fail : grade(*row, reaction);
}

TEST(Permitted, SaysSomethingOfEveryFrameInEveryPhase) {
  for (const Phase phase : kPhases) {
    for (int frame = 0; frame <= type(FrameType::continuation); ++frame) {
      for (const Role receiver : {Role::client, Role::server}) {
        const Situation situation{phase, static_cast<std::uint8_t>(frame), Defect::none, receiver};
        EXPECT_NE(permitted(situation), nullptr) << name(phase) << ", type " << frame;
      }
    }
    EXPECT_NE(permitted({phase, kAnyUnknownType, Defect::none, Role::server}), nullptr);
  }
}

// Where a row can be met: some phase, frame and receiver lead to it and not to a row before it.
bool is_reachable(const PermittedRow& row) {
  for (const Phase phase : kPhases) {
    for (const Role receiver : {Role::client, Role::server}) {
      const std::uint8_t frame = row.frame == kEveryType ? type(FrameType::ping) : row.frame;
      if (permitted({phase, frame, row.defect, receiver}) == &row) return true;
    }
  }
  return false;
}

TEST(Permitted, HasNoRowThatAnotherHides) {
  for (const PermittedRow& row : permitted_rows()) {
    EXPECT_TRUE(is_reachable(row))
        << name(row.phase) << ", type " << int{row.frame} << ", " << name(row.defect);
  }
}

bool goes_on(ReactionKind kind) {
  return kind != ReactionKind::stream_error && kind != ReactionKind::connection_error &&
         kind != ReactionKind::closed;
}

TEST(Permitted, CitesTheSentenceWhereMoreThanOneKindOfReactionIsRight) {
  for (const PermittedRow& row : permitted_rows()) {
    std::set<ReactionKind> kinds;
    for (const PermittedReaction& reaction : row.reactions) {
      if (reaction.grade != Grade::pass) continue;
      kinds.insert(goes_on(reaction.kind) ? ReactionKind::accepted : reaction.kind);
    }
    EXPECT_FALSE(kinds.empty());
    EXPECT_TRUE(kinds.size() == 1 || !row.may.empty()) << row.requirement;
  }
}

TEST(Permitted, TakesNoRowOfStreamsForTheConnection) {
  const Situation situation{
      Phase::connection, type(FrameType::data), Defect::beyond_stream_window, Role::server};
  EXPECT_EQ(permitted(situation), nullptr);
}

TEST(Permitted, NeverPermitsEverything) {
  for (const PermittedRow& row : permitted_rows()) {
    EXPECT_EQ(grade(row, goaway(ErrorCode::no_error)), Grade::fail) << row.requirement;
    EXPECT_EQ(grade(row, reset(ErrorCode::no_error)), Grade::fail) << row.requirement;
    EXPECT_EQ(grade(row, goaway(ErrorCode::settings_timeout)), Grade::fail) << row.requirement;
  }
}

TEST(Permitted, GradesConnectionErrorsByCodeAndScope) {
  const auto grade_of = [](const Reaction& reaction) {
    return graded(Phase::connection, FrameType::ping, Defect::wrong_length, reaction);
  };
  EXPECT_EQ(grade_of(goaway(ErrorCode::frame_size_error)), Grade::pass);
  EXPECT_EQ(grade_of(goaway(ErrorCode::protocol_error)), Grade::lenient);
  EXPECT_EQ(grade_of(goaway(ErrorCode::internal_error)), Grade::lenient);
  EXPECT_EQ(grade_of({ReactionKind::connection_error, 0x1234}), Grade::lenient);
  EXPECT_EQ(grade_of(kClosed), Grade::lenient);
  EXPECT_EQ(grade_of(goaway(ErrorCode::flow_control_error)), Grade::fail);
  EXPECT_EQ(grade_of(goaway(ErrorCode::no_error)), Grade::fail);
  EXPECT_EQ(grade_of(reset(ErrorCode::frame_size_error)), Grade::fail);
  EXPECT_EQ(grade_of(kSilence), Grade::fail);
}

TEST(Permitted, GradesStreamErrorsByCodeAndScope) {
  const auto grade_of = [](const Reaction& reaction) {
    return graded(Phase::half_closed_remote, FrameType::data, Defect::none, reaction);
  };
  EXPECT_EQ(grade_of(reset(ErrorCode::stream_closed)), Grade::pass);
  EXPECT_EQ(grade_of(reset(ErrorCode::protocol_error)), Grade::lenient);
  EXPECT_EQ(grade_of(goaway(ErrorCode::stream_closed)), Grade::lenient);
  EXPECT_EQ(grade_of(goaway(ErrorCode::protocol_error)), Grade::lenient);
  EXPECT_EQ(grade_of(kClosed), Grade::lenient);
  EXPECT_EQ(grade_of(reset(ErrorCode::cancel)), Grade::fail);
  EXPECT_EQ(grade_of(goaway(ErrorCode::compression_error)), Grade::fail);
  EXPECT_EQ(grade_of(kSilence), Grade::fail);
}

TEST(Permitted, LetsAServerAnswerAMalformedRequestFirst) {
  const auto grade_of = [](const Reaction& reaction, Role receiver) {
    return graded(Phase::open, FrameType::headers, Defect::malformed, reaction, receiver);
  };
  EXPECT_EQ(grade_of(kClientError, Role::server), Grade::pass);
  EXPECT_EQ(grade_of(kSuccess, Role::server), Grade::fail);
  EXPECT_EQ(grade_of(kSilence, Role::server), Grade::fail);
  EXPECT_EQ(grade_of(kClientError, Role::client), Grade::fail);
  EXPECT_EQ(grade_of(reset(ErrorCode::protocol_error), Role::client), Grade::pass);
}

TEST(Permitted, LetsAServerCloseAfterAWrongPrefaceWithoutAWord) {
  EXPECT_EQ(graded(Phase::connection, FrameType::settings, Defect::preface, kClosed), Grade::pass);
  EXPECT_EQ(graded(Phase::connection, FrameType::settings, Defect::preface, kSilence), Grade::fail);
}

TEST(Permitted, LetsNobodyAnswerALegalFrameWithAnError) {
  EXPECT_EQ(graded(Phase::open, FrameType::data, Defect::none, kSilence), Grade::pass);
  EXPECT_EQ(graded(Phase::open, FrameType::data, Defect::none, kClosed), Grade::fail);
  EXPECT_EQ(graded(Phase::open, FrameType::data, Defect::none, reset(ErrorCode::protocol_error)),
            Grade::fail);
  EXPECT_EQ(graded(Phase::closed_by_end,
                   FrameType::priority,
                   Defect::none,
                   goaway(ErrorCode::stream_closed)),
            Grade::fail);
}

TEST(Permitted, KnowsHowAStreamCameToBeClosed) {
  const auto on_data = [](Phase phase, const Reaction& reaction) {
    return graded(phase, FrameType::data, Defect::none, reaction);
  };
  EXPECT_EQ(on_data(Phase::closed_by_end, kSilence), Grade::fail);
  EXPECT_EQ(on_data(Phase::closed_by_peer_reset, kSilence), Grade::lenient);
  EXPECT_EQ(on_data(Phase::closed_by_own_reset, kSilence), Grade::pass);
  EXPECT_EQ(on_data(Phase::closed_by_own_reset, goaway(ErrorCode::flow_control_error)),
            Grade::fail);
}

TEST(Permitted, KnowsWhoReceives) {
  const auto on_idle = [](Role receiver, const Reaction& reaction) {
    return graded(Phase::idle, FrameType::headers, Defect::none, reaction, receiver);
  };
  EXPECT_EQ(on_idle(Role::server, kSuccess), Grade::pass);
  EXPECT_EQ(on_idle(Role::client, kSilence), Grade::fail);
  EXPECT_EQ(on_idle(Role::client, goaway(ErrorCode::protocol_error)), Grade::pass);
  EXPECT_EQ(graded(Phase::open, FrameType::push_promise, Defect::none, kSilence, Role::client),
            Grade::pass);
  EXPECT_EQ(graded(Phase::open, FrameType::push_promise, Defect::none, kSilence), Grade::fail);
}

}  // namespace
}  // namespace h2assay::rfc
