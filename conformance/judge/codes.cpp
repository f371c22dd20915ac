#include "conformance/judge/codes.h"

#include <fmt/format.h>

#include "engine/error.h"

namespace h2assay {

namespace {

// So many frames in one conversation may look like abuse to a peer that counts.
constexpr std::size_t kHandful = 64;
constexpr auto kLastRegistered = static_cast<std::uint32_t>(ErrorCode::http_1_1_required);

}  // namespace

std::string code_name(std::uint32_t code) {
  const auto known = name(static_cast<ErrorCode>(code));
  return known.empty() ? fmt::format("0x{:02x}", code) : std::string(known);
}

transcript::Evaluated<Verdict> grade_code(const transcript::Value* named,
                                          std::uint32_t code,
                                          std::size_t own_frames,
                                          const transcript::Environment& environment) {
  if (named == nullptr) return Verdict::pass;
  const auto by_name = transcript::permits(*named, code_name(code), environment);
  if (by_name && *by_name) return Verdict::pass;
  const auto by_number = transcript::permits(*named, std::uint64_t{code}, environment);
  if (by_number && *by_number) return Verdict::pass;
  if (!by_name && !by_number) return std::unexpected(by_name.error());
  if (code > kLastRegistered) return Verdict::lenient;
  switch (static_cast<ErrorCode>(code)) {
    case ErrorCode::protocol_error:
    case ErrorCode::internal_error: return Verdict::lenient;
    case ErrorCode::enhance_your_calm:
      return own_frames > kHandful ? Verdict::lenient : Verdict::fail;
    case ErrorCode::no_error:
    case ErrorCode::flow_control_error:
    case ErrorCode::settings_timeout:
    case ErrorCode::stream_closed:
    case ErrorCode::frame_size_error:
    case ErrorCode::refused_stream:
    case ErrorCode::cancel:
    case ErrorCode::compression_error:
    case ErrorCode::connect_error:
    case ErrorCode::inadequate_security:
    case ErrorCode::http_1_1_required:   return Verdict::fail;
  }
  return Verdict::fail;
}

}  // namespace h2assay
