#include "properties/permitted.h"

#include <algorithm>
#include <utility>

namespace h2assay::rfc {
namespace {

bool fits(const PermittedRow& row, const Situation& situation) {
  const bool phase = row.phase == situation.phase ||
                     (row.phase == Phase::any_stream && situation.phase != Phase::connection);
  const bool frame = row.frame == situation.frame || row.frame == kEveryType;
  const bool receiver = !row.receiver || *row.receiver == situation.receiver;
  return phase && frame && receiver && row.defect == situation.defect;
}

bool is_error(ReactionKind kind) {
  return kind == ReactionKind::stream_error || kind == ReactionKind::connection_error;
}

// PROTOCOL_ERROR and INTERNAL_ERROR may stand for any code (Section 5.4); a code that nobody
// registered means INTERNAL_ERROR (Section 7).
bool is_generic(std::uint32_t code) {
  return code == static_cast<std::uint32_t>(ErrorCode::protocol_error) ||
         code == static_cast<std::uint32_t>(ErrorCode::internal_error) ||
         code > static_cast<std::uint32_t>(ErrorCode::http_1_1_required);
}

bool is_named(const PermittedReaction& named, const Reaction& reaction) {
  return named.kind == reaction.kind &&
         (!is_error(named.kind) || static_cast<std::uint32_t>(named.code) == reaction.code);
}

}  // namespace

const PermittedRow* permitted(const Situation& situation) {
  const std::span<const PermittedRow> rows = permitted_rows();
  const auto row = std::ranges::find_if(
      rows, [&situation](const PermittedRow& candidate) { return fits(candidate, situation); });
  return row == rows.end() ? nullptr : &*row;
}

Grade grade(const PermittedRow& row, const Reaction& reaction) {
  return grade(row.reactions, reaction);
}

Grade grade(std::span<const PermittedReaction> permitted, const Reaction& reaction) {
  for (const PermittedReaction& named : permitted) {
    if (is_named(named, reaction)) return named.grade;
  }
  const auto any_error = [&permitted](auto&& condition) {
    return std::ranges::any_of(permitted, [&](const PermittedReaction& named) {
      return is_error(named.kind) && condition(named);
    });
  };
  switch (reaction.kind) {
    case ReactionKind::closed:
      return any_error([](const auto&) { return true; }) ? Grade::lenient : Grade::fail;
    case ReactionKind::connection_error: {
      // For a stream error, too: Section 5.4.1.
      const bool applicable = any_error([&](const PermittedReaction& named) {
        return is_generic(reaction.code) || static_cast<std::uint32_t>(named.code) == reaction.code;
      });
      return applicable ? Grade::lenient : Grade::fail;
    }
    case ReactionKind::stream_error: {
      const bool due = any_error(
          [](const PermittedReaction& named) { return named.kind == ReactionKind::stream_error; });
      return due && is_generic(reaction.code) ? Grade::lenient : Grade::fail;
    }
    case ReactionKind::accepted:
    case ReactionKind::answered:
    case ReactionKind::client_error:
    case ReactionKind::success:      break;
  }
  return Grade::fail;
}

}  // namespace h2assay::rfc
