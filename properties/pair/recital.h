#pragma once
// Performs a pair transcript: what the narrator wrote down, or what somebody wrote by hand.

#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "properties/pair/pair.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

class Recital {
 public:
  // Commands hold views of what stands beside them: it moves as a whole, and is never copied.
  Recital(const Recital&) = delete;
  Recital& operator=(const Recital&) = delete;
  Recital(Recital&&) = default;
  Recital& operator=(Recital&&) = default;
  ~Recital() = default;

  // Reads the calls and what the network does.  Of the expectations it knows `refused`; remarks are
  // passed over.  The error names the line.
  static std::expected<Recital, std::string> read(std::string_view text, std::string_view file);

  // What the first initiate_connection of each end says.
  const Options& client() const { return options_[0]; }

  const Options& server() const { return options_[1]; }

  // The applications do nothing by themselves: all that they did stands in the transcript.
  static Script quiet();

  // All lines in order on a fresh pair, then the end is told.  Empty, or the line whose call was
  // answered otherwise than it says.
  std::string perform(Pair& pair) const;

 private:
  Recital() = default;

  // A command and what its views point to.
  struct Line {
    std::uint32_t at = 0;
    Command command{};
    bool patterned = false;  // `number` octets of the stream's content, from where it stands
    std::string refused{};
    std::vector<Setting> settings{};
    std::vector<Field> fields{};
    std::string octets{};
    std::string text{};
    std::deque<std::string> texts{};
  };

  std::string add_call(const transcript::Step& step, Side side);
  std::string add_movement(const transcript::Step& step, Side side);
  std::string add(const transcript::Line& line);
  static std::string take(Line& line, const transcript::Argument& argument);
  static std::string take_pair(Line& line, std::string_view key, const transcript::Value& value);
  void take_options(const Line& line, const transcript::Phrase& phrase);

  Options options_[2];
  bool initiated_[2] = {false, false};
  std::deque<Line> lines_;
};

}  // namespace h2assay
