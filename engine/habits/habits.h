#pragma once
// Wrong sending habits: the counterpart of the table of rules.  A rule is broken by a quirk, inside
// the engine and on receipt; a habit stands between an honest engine and its peer.  It changes what
// the engine says, or what it hears, and breaks a requirement that binds a sender.
//
//     Misbehaviour misbehaviour(Role::server);
//     misbehaviour.add(*habit_named("omits-goaway"));
//     connection.receive_data(misbehaviour.incoming(from_peer));
//     to_peer = misbehaviour.outgoing(connection.data_to_send());
//
// The rows stand in habits_*.cpp, in groups; names are as stable as those of rules, and differ from
// them.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "engine/frame.h"
#include "engine/frame_cutter.h"
#include "engine/habits/section.h"
#include "engine/octets.h"
#include "engine/options.h"

namespace h2assay {

// What one habit remembers.  A value, like its owner.
struct HabitMemory {
  Role role = Role::server;
  std::uint64_t count = 0;
  std::uint32_t stream_id = 0;
  std::map<std::uint32_t, std::int64_t> numbers;  // what the numbers mean is the habit's business
  std::vector<std::uint8_t> held;                 // frames that are put off
  OctetBuffer to_peer;    // frames of the habit's own, for the peer; sent at the next occasion
  OctetBuffer to_engine;  // frames that the peer did not send, for the engine to hear
  SectionReader said;
  SectionReader heard;
  bool reserved_bit = false;  // of the frame that is heard just now
  bool stays_open = false;    // does not close the connection when the engine would
  bool hangs_up = false;      // closes it now
};

// Writes what passes instead of the frame: usually pass(frame, out) and something more.
using Deed = void (*)(HabitMemory& memory, const Frame& frame, OctetBuffer& out);
using SectionDeed = void (*)(HabitMemory& memory, Section& section);
// What it does when it has heard a section; the engine has heard its frames by then.
using HearingDeed = void (*)(HabitMemory& memory, const Section& section);

// Which requirements a habit breaks, the principal one first.
struct Breaks {
  std::array<std::string_view, 8> ids{};

  std::span<const std::string_view> all() const {
    const auto count = std::ranges::find(ids, std::string_view{}) - ids.begin();
    return std::span(ids).first(static_cast<std::size_t>(count));
  }
};

enum class Bearer : std::uint8_t { server, client, either };

struct HabitRow {
  std::string_view name;  // "omits-goaway"
  std::string_view text;  // what such a peer does, in one line: "ends connections without GOAWAY"
  Breaks breaks;
  Bearer bearer = Bearer::either;
  // How: any of these.  Where `section` is set or `plain` is, every field block is written anew as
  // plain literals, before `outgoing` sees its frames.
  Deed outgoing = nullptr;
  Deed incoming = nullptr;
  SectionDeed section = nullptr;
  HearingDeed heard = nullptr;
  bool plain = false;
  std::string_view preface{};  // in place of the client's

  std::span<const std::string_view> requirements() const { return breaks.all(); }

  bool fits(Role role) const {
    return bearer == Bearer::either || (bearer == Bearer::server) == (role == Role::server);
  }
};

// All rows, in groups.
std::span<const HabitRow> habits();
// Null: there is none of that name.
const HabitRow* habit_named(std::string_view name);

// What a peer may do and few do: `breaks` names what permits it.  Nothing is wrong with any of
// these, so habit_named() does not know them; Misbehaviour takes them like habits.
std::span<const HabitRow> liberties();

// Why a requirement that binds a sender has no habit: a prefix of its identifier, and the reason.
struct HabitReason {
  std::string_view requirement;
  std::string_view reason;
};

std::span<const HabitReason> requirements_without_habit();

// An honest engine's habits, any number of them.  A value; knows the rows by address.
class Misbehaviour {
 public:
  explicit Misbehaviour(Role role) : role_(role) {}

  void add(const HabitRow& row);

  bool empty() const { return habits_.empty(); }

  // What the engine says, and what goes out for it: the view lives until the next call.  Call it
  // with nothing when the engine has nothing to say: a habit may.
  Octets outgoing(Octets octets);
  // What the peer sends, and what the engine is to hear.  As above; with nothing, what a habit made
  // up since.
  Octets incoming(Octets octets);

  // There is something that incoming({}) or outgoing({}) would give.
  bool has_hearsay() const;
  bool has_more_to_say() const;

  bool stays_open() const;
  bool hangs_up() const;

 private:
  struct Habit {
    const HabitRow* row = nullptr;
    HabitMemory memory;
    FrameCutter says;
    FrameCutter hears;
  };

  static void speak(Habit& habit, const FrameCutter::Piece& piece, OctetBuffer& out);
  static void speak_section(Habit& habit, const Frame& frame, OctetBuffer& out);
  static void listen(Habit& habit, const FrameCutter::Piece& piece, OctetBuffer& out);

  Role role_;
  std::vector<Habit> habits_;
  OctetBuffer said_;
  OctetBuffer heard_;
};

}  // namespace h2assay
