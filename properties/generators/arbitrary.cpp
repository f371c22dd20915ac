#include "properties/generators/arbitrary.h"

#include "properties/pair/narrator.h"

namespace h2assay {

void showValue(const CallScript& value, std::ostream& out) {
  out << "\n" << transcript_of(value.script);
}

void showValue(const HostileScript& value, std::ostream& out) {
  out << "\n" << transcript_of(value.script);
}

namespace generate {

namespace {

// Shares: requests and movement often, so that scripts get somewhere.
rc::Gen<ActKind> kind(bool hostile) {
  using enum ActKind;
  const auto one = [](ActKind k) { return rc::gen::just(k); };
  const std::size_t bad = hostile ? 2 : 0;
  return rc::gen::weightedOneOf<ActKind>(
      {{10, one(settle)},        {8, one(deliver)},       {8, one(deliver_frame)},
       {14, one(request)},       {8, one(respond)},       {2, one(inform)},
       {14, one(data)},          {4, one(end_stream)},    {4, one(trailers)},
       {4, one(reset)},          {4, one(push)},          {5, one(open_window)},
       {4, one(acknowledge)},    {3, one(ping)},          {6, one(update_settings)},
       {2, one(goaway)},         {3, one(prioritize)},    {3, one(extension)},
       {1, one(advance)},        {3, one(misuse)},        {bad, one(put_frame)},
       {bad, one(put_twisted)},  {bad, one(put_octets)},  {bad, one(drop_frame)},
       {bad, one(repeat_frame)}, {bad, one(swap_frames)}, {bad, one(cut_off)},
       {bad, one(alter_frame)}});
}

}  // namespace

rc::Gen<Act> act(bool hostile) {
  const auto octet = [] { return rc::gen::inRange<std::uint8_t>(0, 255); };
  return rc::gen::build<Act>(rc::gen::set(&Act::kind, kind(hostile)),
                             rc::gen::set(&Act::side, rc::gen::element(Side::client, Side::server)),
                             rc::gen::set(&Act::a, octet()),
                             rc::gen::set(&Act::b, octet()),
                             rc::gen::set(&Act::c, octet()),
                             rc::gen::set(&Act::d, rc::gen::inRange<std::uint32_t>(0, 1'000'000)));
}

rc::Gen<EndConfig> end_config() {
  // Half of all settings stay at the protocol's defaults.
  const auto index = [](std::uint8_t count) {
    return rc::gen::oneOf(rc::gen::just<std::uint8_t>(0), rc::gen::inRange<std::uint8_t>(0, count));
  };
  return rc::gen::build<EndConfig>(
      rc::gen::set(&EndConfig::header_table, index(8)),
      rc::gen::set(&EndConfig::window, index(10)),
      rc::gen::set(&EndConfig::frame_size, index(5)),
      rc::gen::set(&EndConfig::streams, index(7)),
      rc::gen::set(&EndConfig::list_size, rc::gen::just<std::uint8_t>(0)),
      rc::gen::set(&EndConfig::acknowledges),
      rc::gen::set(&EndConfig::answers),
      rc::gen::set(&EndConfig::answers_malformed));
}

rc::Gen<Script> script(bool hostile) {
  return rc::gen::build<Script>(
      rc::gen::set(&Script::client, end_config()),
      rc::gen::set(&Script::server, end_config()),
      rc::gen::set(&Script::acts, rc::gen::container<std::vector<Act>>(act(hostile))));
}

}  // namespace generate

}  // namespace h2assay
