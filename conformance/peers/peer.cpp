#include "conformance/peers/peer.h"

namespace h2assay {

const char* name(End end) {
  switch (end) {
    case End::fin:       return "fin";
    case End::rst:       return "rst";
    case End::tls_alert: return "tls-alert";
  }
  return "";
}

}  // namespace h2assay
