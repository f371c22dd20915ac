#pragma once
// RapidCheck's front end to the acts: what a property takes as its argument, how it shrinks, how it
// prints.

#include <ostream>

#include <rapidcheck.h>

#include "properties/pair/pair.h"
#include "properties/pair/script.h"

namespace h2assay {

// A script of calls alone: no frames put in, nothing lost by the network.
struct CallScript {
  Script script;
};

// A script in which the network does its worst as well.
struct HostileScript {
  Script script;
};

void showValue(const CallScript& value, std::ostream& out);
void showValue(const HostileScript& value, std::ostream& out);

namespace generate {

rc::Gen<Act> act(bool hostile);
rc::Gen<EndConfig> end_config();
rc::Gen<Script> script(bool hostile);

}  // namespace generate

}  // namespace h2assay

namespace rc {

template <> struct Arbitrary<h2assay::CallScript> {
  static Gen<h2assay::CallScript> arbitrary() {
    return gen::map(h2assay::generate::script(false), [](h2assay::Script&& script) {
      return h2assay::CallScript{std::move(script)};
    });
  }
};

template <> struct Arbitrary<h2assay::HostileScript> {
  static Gen<h2assay::HostileScript> arbitrary() {
    return gen::map(h2assay::generate::script(true), [](h2assay::Script&& script) {
      return h2assay::HostileScript{std::move(script)};
    });
  }
};

}  // namespace rc
