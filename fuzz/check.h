#pragma once
// How a target says that a promise is broken: one line, the transcript, and an end that every
// fuzzer and every test runner notices.

#include <cstdint>
#include <span>
#include <string_view>

namespace h2assay::fuzz {

// Prints "broken: WHAT" and the transcript, and aborts.
[[noreturn]] void fail(std::string_view what, std::string_view transcript);

// H2ASSAY_PRINT is set: every input is printed as a transcript.
bool printing();
void print(std::string_view transcript);

// Runs a pair transcript (.h2t) under the oracles of the target; prints and aborts as fail() does.
// Only targets whose input is a script have it.
void replay_transcript(std::string_view text, std::string_view file);

// Prints what all inputs so far did, and whether that leaves an oracle or a kind of act without a
// single occasion.  Only targets whose input is a script have it.
bool vacuous();

}  // namespace h2assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
