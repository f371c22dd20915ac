#include "fuzz/versus_narrator.h"

#include "properties/transcript/transcript.h"

namespace h2assay::versus {

Narrator::Narrator(Configuration configuration, std::string_view library)
    : names_{"engine", std::string(library)} {
  text_ = "title        The engine beside " + names_[1] + "\nrole         ";
  // The role is that of the side which sends what arrives.
  text_ += configuration.client() ? "server\n\n" : "client\n\n";
}

void Narrator::tell(std::string_view sign,
                    transcript::FrameTeller& teller,
                    const wire::RawFrame& frame) {
  const transcript::Told told = teller.tell(frame);
  text_.append(sign).append(print(told.line));
  if (!told.remark.empty()) text_ += "  # " + told.remark;
  text_ += "\n";
}

void Narrator::came(const Piece& piece) {
  wire::FrameCutter cutter;
  if (piece.name != "preface") cutter.feed(piece.octets);
  while (const auto frame = cutter.next()) tell("> ", peer_, *frame);
  const Octets rest = piece.name == "preface" ? piece.octets : cutter.rest();
  if (!rest.empty()) text_ += "> " + print(transcript::octets_phrase(rest)) + "\n";
}

Outcome Narrator::did(std::size_t side, End& end) {
  std::vector<wire::RawFrame> frames;
  Outcome outcome = end.outcome(&frames);
  const std::string head = "# " + names_[side];
  for (const auto& [stream_id, stream] : outcome.streams) {
    const std::string on = head + ": stream " + std::to_string(stream_id) + " ";
    if (!stream.data.empty()) text_ += on + std::to_string(stream.data.size()) + " octets\n";
    for (const std::string& line : stream.told) text_ += on + line + "\n";
    if (!stream.rule.empty()) text_ += on + "broke " + stream.rule + "\n";
  }
  for (const wire::RawFrame& frame : frames) tell(head + " < ", ends_[side], frame);
  if (!outcome.rule.empty()) text_ += head + ": the connection broke " + outcome.rule + "\n";
  if (outcome.closed) text_ += head + ": closed\n";
  return outcome;
}

}  // namespace h2assay::versus
