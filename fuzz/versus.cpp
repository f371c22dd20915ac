#include "fuzz/versus.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "engine/error.h"
#include "engine/octets.h"
#include "fuzz/versus_input.h"
#include "fuzz/versus_narrator.h"

namespace h2assay::versus {

namespace {

std::string code_name(std::uint32_t code) {
  const std::string_view known = name(static_cast<ErrorCode>(code));
  return known.empty() ? std::to_string(code) : std::string(known);
}

constexpr std::string_view kTakes = "takes";

// --- One piece ----------------------------------------------------------------------------------

std::string told_text(const Outcome::Stream& stream) {
  std::string text = "tells";
  if (!stream.data.empty())
    text += " data " +
            to_hex({reinterpret_cast<const std::uint8_t*>(stream.data.data()), stream.data.size()});
  for (const std::string& line : stream.told) text += " " + line + ";";
  return text;
}

std::string reset_text(const Outcome::Stream& stream) {
  if (stream.reset)
    return (stream.departs ? "wrongly resets " : "resets ") + code_name(*stream.reset);
  return stream.told.empty() && stream.data.empty() ? std::string(kTakes) : told_text(stream);
}

// What an end did to the connection, and if nothing, to a stream of it.
std::string verdict(const Outcome& outcome) {
  if (outcome.failed)
    return (outcome.departs ? "wrongly fails " : "fails ") + code_name(*outcome.failed);
  if (outcome.closed) return "closes";
  for (const auto& [stream_id, stream] : outcome.streams)
    if (stream.reset) return reset_text(stream);
  return std::string(kTakes);
}

std::string rule_behind(const Outcome& outcome) {
  if (outcome.over()) return outcome.rule;
  for (const auto& [stream_id, stream] : outcome.streams)
    if (stream.reset) return stream.rule;
  return {};
}

std::string sent_text(const Outcome::Stream& stream) {
  return "sends " + std::to_string(stream.headers_sent) + " sections, " +
         std::to_string(stream.data_sent) + " octets" + (stream.end_sent ? ", the end" : "");
}

std::string replies_text(const Outcome& outcome) {
  std::string text = "replies";
  for (const std::string& reply : outcome.replies) text += " " + reply + ";";
  return text;
}

const Outcome::Stream& stream_of(const Outcome& outcome, std::uint32_t stream_id) {
  static const Outcome::Stream kNothing;
  const auto found = outcome.streams.find(stream_id);
  return found == outcome.streams.end() ? kNothing : found->second;
}

// --- The comparison
// -------------------------------------------------------------------------------

class Comparison {
 public:
  Comparison(Rules& rules,
             const Piece& piece,
             std::string_view phase,
             std::set<std::uint32_t>& apart)
      : rules_(rules),
        piece_(piece),
        phase_(phase),
        apart_(apart) {}

  // False: the ends have no more in common, or something unknown was found.
  bool same(const Outcome& engine, const Outcome& library) {
    if (engine.over() || library.over()) {
      if (verdict(engine) != verdict(library)) connection(engine, library);
      return false;
    }
    std::set<std::uint32_t> streams;
    for (const Outcome* outcome : {&engine, &library})
      for (const auto& entry : outcome->streams) streams.insert(entry.first);
    for (const std::uint32_t id : streams)
      if (!apart_.contains(id)) stream(id, stream_of(engine, id), stream_of(library, id));
    if (engine.replies != library.replies)
      differs(0, replies_text(engine), {}, replies_text(library));
    return !unknown_;
  }

  // Both ends are free to go: a GOAWAY has passed, and no stream is open that both know of.
  void may_close() { may_close_ = true; }

  const std::optional<Difference>& unknown() const { return unknown_; }

 private:
  void connection(const Outcome& engine, const Outcome& library) {
    if (may_close_ && (engine.closed || library.closed)) phase_ = "done";
    // One end may have sent content where the other did not: so do the connection's windows differ.
    const bool window = piece_.name == "WINDOW_UPDATE" && piece_.stream_id == 0 && !apart_.empty();
    if (window || apart_.contains(piece_.stream_id)) return rules_.follows();
    differs(piece_.stream_id, verdict(engine), rule_behind(engine), verdict(library));
  }

  void stream(std::uint32_t id, const Outcome::Stream& engine, const Outcome::Stream& library) {
    if (engine.reset != library.reset)
      return differs(id, reset_text(engine), engine.rule, reset_text(library));
    if (engine.reset) return;
    if (told_text(engine) != told_text(library))
      return differs(id, told_text(engine), engine.rule, told_text(library));
    if (sent_text(engine) != sent_text(library))
      differs(id, sent_text(engine), engine.rule, sent_text(library));
  }

  void differs(std::uint32_t stream_id,
               std::string engine,
               std::string_view rule,
               std::string library) {
    if (unknown_) return;
    Difference difference{.frame = piece_.name,
                          .phase = phase_,
                          .engine = std::move(engine),
                          .rule = std::string(rule),
                          .library = std::move(library)};
    if (rules_.forgive(difference) == nullptr) {
      unknown_ = std::move(difference);
    } else if (stream_id != 0) {
      apart_.insert(stream_id);
    }
  }

  Rules& rules_;
  const Piece& piece_;
  std::string phase_;
  std::set<std::uint32_t>& apart_;
  bool may_close_ = false;
  std::optional<Difference> unknown_{};
};

// --- The applications
// -----------------------------------------------------------------------------

constexpr std::size_t kContent = 150;   // octets
constexpr std::size_t kActsBehind = 2;  // the index of a piece

class Application {
 public:
  explicit Application(Configuration configuration) : configuration_(configuration) {}

  void open(End& end) const {
    if (!configuration_.client()) return;
    static constexpr std::array<std::string_view, 3> kMethods{"GET", "POST", "HEAD"};
    for (std::uint32_t i = 0; i < configuration_.manner(); ++i) {
      const std::array<FieldText, 4> fields{{{":method", kMethods[i]},
                                             {":scheme", "http"},
                                             {":authority", "example.org"},
                                             {":path", "/"}}};
      end.headers(1 + 2 * i, fields, kMethods[i] != "POST");
    }
  }

  // Behind the piece with this index.
  void act(End& end, std::size_t index) const {
    if (configuration_.client()) {
      if (index == 1 && configuration_.manner() > 1) end.content(3, kContent);
    } else {
      const std::vector<Heard> heard = end.heard();
      for (const Heard& one : heard) answer(end, one);
    }
    if (index == kActsBehind && configuration_.leaves()) {
      end.goaway();
      end.ping();
    }
  }

 private:
  void answer(End& end, const Heard& heard) const {
    static constexpr std::array<FieldText, 1> kResponse{{{":status", "200"}}};
    const std::uint32_t manner = configuration_.manner();
    const bool asked = heard.kind == H2ASSAY_EVENT_REQUEST;
    if (asked && (manner == 1 || manner == 2))
      end.headers(heard.stream_id, kResponse, manner == 2 && heard.head);
    if (asked && manner == 2 && !heard.head) end.content(heard.stream_id, kContent);
    if (heard.kind == H2ASSAY_EVENT_END && manner == 3)
      end.headers(heard.stream_id, kResponse, true);
  }

  Configuration configuration_;
};

// --- One run
// --------------------------------------------------------------------------------------

// As the engine sees the stream; " ended" where the peer had ended or reset it before, as late
// frames are no race then (RFC 9113, 5.1).
std::string phase_of(const End& engine,
                     std::uint32_t stream_id,
                     const std::set<std::uint32_t>& ended) {
  if (stream_id == 0) return "connection";
  std::string phase(engine.phase(stream_id));
  if (phase == "closed_by_own_reset" && ended.contains(stream_id)) phase += " ended";
  return phase;
}

bool is_about_push(const Piece& piece) {
  return piece.name.starts_with("PUSH_PROMISE") ||
         (piece.stream_id != 0 && piece.stream_id % 2 == 0);
}

// What both ends make of one piece, the engine first.
std::array<Outcome, 2> take(const std::array<End*, 2>& ends,
                            const Application& application,
                            const Piece& piece,
                            std::size_t number,
                            Narrator* narrator) {
  std::array<Outcome, 2> did;
  for (std::size_t side = 0; side < did.size(); ++side) {
    End& end = *ends[side];
    end.take(piece.octets);
    application.act(end, number);
    did[side] = narrator == nullptr ? end.outcome(nullptr) : narrator->did(side, end);
  }
  return did;
}

std::optional<Difference> run(const h2assay_library& library,
                              Rules& rules,
                              Octets input,
                              const Quirks& quirks,
                              Narrator* narrator) {
  const Configuration configuration(input[0]);
  Options options = options_of(configuration);
  options.quirks = quirks;
  const auto engine = engine_end(options);
  const auto other = library_end(library, options);
  if (other == nullptr) return Difference{"opening", "connection", "takes", {}, "makes none"};
  const Application application(configuration);
  const std::array<End*, 2> ends{engine.get(), other.get()};
  for (End* end : ends) {
    application.open(*end);
    static_cast<void>(end->outcome(nullptr));
  }

  const std::vector<std::uint8_t> octets = octets_of(configuration, input.subspan(1));
  std::vector<Piece> pieces = cut(octets, !configuration.client());
  std::set<std::uint32_t> apart;
  std::set<std::uint32_t> ended;
  bool leaving = false;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::uint32_t stream_id = pieces[i].stream_id;
    Comparison comparison(rules, pieces[i], phase_of(*engine, stream_id, ended), apart);
    if (leaving && (!engine->busy() || !apart.empty())) comparison.may_close();
    leaving = leaving || pieces[i].name.starts_with("GOAWAY") ||
              (configuration.leaves() && i >= kActsBehind);
    if (configuration.leaves() && i > kActsBehind && is_about_push(pieces[i]))
      pieces[i].name += " behind GOAWAY";
    if (pieces[i].ends || pieces[i].name == "RST_STREAM") ended.insert(stream_id);
    if (narrator != nullptr) narrator->came(pieces[i]);
    const auto did = take(ends, application, pieces[i], i, narrator);
    if (!comparison.same(did[0], did[1])) return comparison.unknown();
  }
  return std::nullopt;
}

}  // namespace

std::optional<Unknown> compare(const h2assay_library& library,
                               Rules& rules,
                               Octets input,
                               const Quirks& quirks) {
  if (input.empty()) return std::nullopt;
  auto difference = run(library, rules, input, quirks, nullptr);
  if (!difference) return std::nullopt;
  const Configuration configuration(input[0]);
  Narrator narrator(configuration, library.name);
  Rules again = rules;  // the counts of the first run hold
  static_cast<void>(run(library, again, input, quirks, &narrator));
  return Unknown{std::move(*difference), narrator.transcript()};
}

std::string transcript_of(const h2assay_library& library, Octets input) {
  if (input.empty()) return {};
  const Configuration configuration(input[0]);
  Narrator narrator(configuration, library.name);
  Rules rules;
  static_cast<void>(run(library, rules, input, {}, &narrator));
  return narrator.transcript();
}

}  // namespace h2assay::versus
