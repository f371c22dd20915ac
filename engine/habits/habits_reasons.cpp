// Requirements on senders that no habit breaks, each with the reason: what the requirement is about
// lies outside of what an engine says on one connection.

#include "engine/habits/habits.h"

namespace h2assay {
namespace {

constexpr HabitReason kReasons[] = {
    {"rfc9113-3.1-", "ALPN is the caller's; the engine is made after HTTP/2 was chosen"},
    {"rfc9113-3.2-01", "TLS is the caller's"},
    {"rfc9113-3.2-02", "ALPN is the caller's"},
    {"rfc9113-3.2-03", "ALPN is the caller's"},
    {"rfc9113-3.3-01", "TLS is the caller's"},
    {"rfc9113-3.3-03", "HTTP/1.1 comes before the engine"},
    {"rfc9113-3.3-06", "about several connections"},
    {"rfc9113-5.1.1-11", "about several connections; the engine refuses the call"},
    {"rfc9113-5.1.1-12", "about several connections; the engine refuses the call"},
    {"rfc9113-5.4.1-05", "the socket is the caller's"},
    {"rfc9113-6.5.2-20", "says what is no violation"},
    {"rfc9113-6.8-10", "a retry is the caller's"},
    {"rfc9113-8.1-22", "a permission to the other side: what a server may not do is answer twice"},
    {"rfc9113-8.4.2-02", "which requests there are is the caller's"},
    {"rfc9113-8.5-10", "the other connection of a tunnel is the caller's"},
    {"rfc9113-8.5-11", "the other connection of a tunnel is the caller's"},
    {"rfc9113-9.1-02", "about several connections"},
    {"rfc9113-9.1-05", "about several connections"},
    {"rfc9113-9.1.1-", "about several origins: certificates and names are the caller's"},
    {"rfc9113-9.2", "TLS is the caller's"},
    {"rfc9113-10.5-04", "the quirk of undrained-replies"},
    {"rfc9113-10.6-03", "TLS is the caller's"},
    {"rfc8441-5-01", "WebSocket is the caller's"},
    {"rfc8441-5-02", "WebSocket is the caller's"},
    {"rfc8441-5-03", "WebSocket is the caller's"},
    {"rfc8441-5-05", "WebSocket is the caller's"},
    {"rfc8441-7-01", "WebSocket is the caller's"},
    {"rfc8740-", "TLS is the caller's"},
    {"rfc9218-2.1.1-", "a client's choice of priority signals is the caller's"},
    {"rfc9218-4.1-02", "what is urgent is the caller's"},
    {"rfc9218-4.1-03", "what is urgent is the caller's"},
    {"rfc9218-10-", "the order of responses is the caller's: see priority/urgency.h"},
    {"rfc7838-2.4-", "about several connections"},
    {"rfc7838-5-01", "about several connections"},
    {"rfc8336-2.4-", "about several connections"},
    {"rfc9110-7.5-01", "when content is sent is the caller's"},
    {"rfc9110-9.2.2-01", "a retry is the caller's"},
    {"rfc9110-10.1.1-03", "whether a client waits for 100 is the caller's"},
    {"rfc9110-10.1.1-05", "a time limit without number"},
    {"rfc9110-10.1.1-06", "a retry is the caller's"},
    {"rfc9110-10.1.4-01", "says what a field means"},
    {"rfc7540-3.2-03", "HTTP/1.1 comes before the engine"},
};

}  // namespace

std::span<const HabitReason> requirements_without_habit() { return kReasons; }

}  // namespace h2assay
