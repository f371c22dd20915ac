// Any text is a transcript or an error with a place; what is a transcript says the same once it is
// printed and parsed again, and expands without a crash.

#include <string>
#include <string_view>

#include "fuzz/check.h"
#include "properties/transcript/transcript.h"

namespace {

using namespace h2assay;

constexpr std::size_t kInstancesMax = 50;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = transcript::parse(text, "input");
  if (!parsed) {
    if (parsed.error().what.empty()) fuzz::fail("transcript: an error without a reason", text);
    return 0;
  }
  const std::string printed = transcript::print(*parsed);
  const auto again = transcript::parse(printed, "printed");
  if (!again)
    fuzz::fail("transcript: what was printed is refused: " + describe(again.error()), printed);
  if (*again != *parsed) fuzz::fail("transcript: printing changes what it says", printed);
  if (transcript::print(*again) != printed)
    fuzz::fail("transcript: printed twice, it differs", printed);
  const auto instances = transcript::expand(*parsed, "input", kInstancesMax);
  if (!instances) return 0;
  for (const transcript::Instance& instance : *instances) {
    const std::string one = transcript::print(instance.transcript);
    const auto back = transcript::parse(one, "instance");
    if (!back) fuzz::fail("transcript: an instance is refused: " + describe(back.error()), one);
  }
  return 0;
}
