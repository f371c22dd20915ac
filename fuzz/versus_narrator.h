#pragma once
// Writes down what came and what both ends did, as a transcript with the ends' part as remarks.

#include <array>
#include <string>
#include <string_view>

#include "fuzz/versus_end.h"
#include "fuzz/versus_input.h"
#include "properties/transcript/frame_text.h"

namespace h2assay::versus {

class Narrator {
 public:
  Narrator(Configuration configuration, std::string_view library);

  void came(const Piece& piece);
  // Takes the outcome of an end, and tells it.  `side`: 0 the engine, 1 the library.
  Outcome did(std::size_t side, End& end);

  const std::string& transcript() const { return text_; }

 private:
  void tell(std::string_view sign, transcript::FrameTeller& teller, const wire::RawFrame& frame);

  std::array<std::string, 2> names_;
  transcript::FrameTeller peer_{};
  std::array<transcript::FrameTeller, 2> ends_{};
  std::string text_;
};

}  // namespace h2assay::versus
