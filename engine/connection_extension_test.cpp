// Every phase meets every frame; and what is beside the core: ALTSVC, ORIGIN, cookies,
// never-indexed fields, padding, push.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

// Brings stream 1 of a server (2 where it is reserved) to the phase, in the ways there are.
std::uint32_t bring_to(Played& server, StreamPhase phase) {
  const auto answer = [&](std::uint32_t id) {
    EXPECT_TRUE(server.engine.send_headers(id, kResponse, kEnd));
  };
  const bool whole = phase == StreamPhase::half_closed_remote ||
                     phase == StreamPhase::closed_by_end || phase == StreamPhase::reserved_local;
  if (phase == StreamPhase::closed_unused) {
    server.wire.headers(3, kRequest, true);
  } else if (phase != StreamPhase::idle) {
    server.wire.headers(1, kPost, whole);
  }
  static_cast<void>(server.feed());
  std::uint32_t id = 1;
  switch (phase) {
    case StreamPhase::half_closed_local:
    case StreamPhase::closed_by_end:        answer(1); break;
    case StreamPhase::closed_by_peer_reset: server.wire.reset(1); break;
    case StreamPhase::closed_by_own_reset:  EXPECT_TRUE(server.engine.reset_stream(1)); break;
    case StreamPhase::reserved_local:
      EXPECT_TRUE(server.engine.push_stream(1, 2, kRequest));
      id = 2;
      break;
    case StreamPhase::idle:
    case StreamPhase::open:
    case StreamPhase::half_closed_remote:
    case StreamPhase::reserved_remote:
    case StreamPhase::closed_unused:      break;
  }
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  EXPECT_EQ(server.engine.stream_phase(id), phase);
  return id;
}

// '.' something was told, '-' nothing at all, 's' RST_STREAM, 'C' GOAWAY.
char outcome(Played& played) {
  const Events events = played.feed();
  const bool failed = find<ConnectionFailed>(events) != nullptr;
  const bool told = !events.empty();
  const auto out = played.drain();
  if (failed) return 'C';
  if (find(out, FrameType::rst_stream) != nullptr) return 's';
  return told ? '.' : '-';
}

TEST(EveryPhase, MeetsEveryFrame) {
  using enum StreamPhase;
  const std::vector<std::pair<StreamPhase, std::string>> rows{
      // DATA, HEADERS (trailers), PRIORITY, RST_STREAM, WINDOW_UPDATE, unknown
      {idle, "C..CC."},
      {open, "......"},
      {half_closed_local, "......"},
      {half_closed_remote, "ss...."},
      {closed_by_end, "sC.--."},
      {closed_by_peer_reset, "ss.--."},
      {closed_by_own_reset, "--.--."},
      {closed_unused, "sC.--."},
      {reserved_local, "CC...."}};
  for (const auto& [phase, expected] : rows) {
    std::string seen;
    for (int frame = 0; frame < 6; ++frame) {
      Played server(server_options());
      const std::uint32_t id = bring_to(server, phase);
      switch (frame) {
        case 0:  server.wire.data(id, "x"); break;
        case 1:  server.wire.headers(id, phase == idle ? kRequest : kTrailers, true); break;
        case 2:  server.wire.priority(id, 0); break;
        case 3:  server.wire.reset(id); break;
        case 4:  server.wire.window(id, 1); break;
        default: server.wire.unknown(0xbb, id); break;
      }
      seen += outcome(server);
    }
    EXPECT_EQ(seen, expected) << name(phase);
  }
}

TEST(EveryPhase, MeetsEveryFrameOnAPromisedStream) {
  std::string seen;
  for (int frame = 0; frame < 6; ++frame) {
    Played client(client_options());
    ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
    client.wire.promise(1, 2, kRequest);
    static_cast<void>(client.feed());
    static_cast<void>(client.drain());
    switch (frame) {
      case 0:  client.wire.data(2, "x"); break;
      case 1:  client.wire.headers(2, kResponse, true); break;
      case 2:  client.wire.priority(2, 0); break;
      case 3:  client.wire.reset(2); break;
      case 4:  client.wire.window(2, 1); break;
      default: client.wire.promise(2, 4, kRequest); break;
    }
    seen += outcome(client);
  }
  EXPECT_EQ(seen, "C...CC");
}

TEST(Extension, AnAlternativeServiceNamesItsOriginOrItsStream) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, kEnd));
  pump(pair.client, pair.server);
  EXPECT_EQ(pair.server.advertise_alternative_service("h2=\":8000\"", "").error(),
            Misuse::invalid_argument);
  ASSERT_TRUE(pair.server.advertise_alternative_service("h2=\":8000\"", "https://other.example"));
  ASSERT_TRUE(pair.server.advertise_alternative_service("h3=\":9000\"", "", 1));
  std::vector<std::string> seen;
  pump(pair.client, pair.server, [&](char, Events events) {
    for (const Event& event : events) {
      if (const auto* service = std::get_if<AlternativeServiceAvailable>(&event)) {
        seen.push_back(std::string(service->origin) + " " + std::string(service->field_value));
      }
    }
  });
  EXPECT_EQ(
      seen,
      (std::vector<std::string>{"https://other.example h2=\":8000\"", "example.com h3=\":9000\""}));
  Played client(client_options());
  client.wire.frame(FrameType::altsvc, 0, 0, std::string_view("\0\0h2", 4));
  client.wire.frame(FrameType::altsvc, 0, 1, std::string_view("\0\1ah2", 5));
  EXPECT_TRUE(client.feed().empty()) << "neither says whose it is";
  client.wire.frame(FrameType::altsvc, 0, 0, std::string_view("\0\7a", 3));
  expect_failure(client, client.feed(), Rule::altsvc_length);
}

TEST(Extension, OriginsComeInOrder) {
  Pair pair;
  const std::vector<std::string_view> origins{"https://a.example", "https://b.example"};
  ASSERT_TRUE(pair.server.advertise_origins(origins));
  std::vector<std::string> seen;
  pump(pair.client, pair.server, [&](char, Events events) {
    for (const Event& event : events) {
      if (const auto* origin = std::get_if<OriginReceived>(&event)) {
        seen.emplace_back(origin->origin);
      }
    }
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"https://a.example", "https://b.example"}));
  Played server(server_options());
  server.wire.frame(FrameType::origin, 0, 0, std::string_view("\0\1a", 3));
  EXPECT_TRUE(server.feed().empty()) << "a server ignores it";
}

TEST(Extension, CookiesAreSplitAndJoined) {
  Options options = client_options();
  options.split_outbound_cookies = true;
  Pair pair(options);
  ASSERT_TRUE(pair.client.send_headers(
      1,
      with(kRequest, {{.name = "cookie", .value = "a=b; c=d; e=f"}, {.name = "x", .value = "y"}}),
      kEnd));
  std::vector<Field> seen;
  OwnedEvents kept;
  pump(pair.client, pair.server, [&](char, Events events) {
    if (find<RequestReceived>(events) != nullptr) kept = own(events);
  });
  const auto* request = find<RequestReceived>(kept.events());
  ASSERT_NE(request, nullptr);
  ASSERT_EQ(request->fields.size(), 6U);
  EXPECT_EQ(request->fields[4].value, "a=b; c=d; e=f");
  EXPECT_EQ(request->fields[5].name, "x");
}

TEST(Extension, SecretsStayNeverIndexedEndToEnd) {
  Pair pair;
  ASSERT_TRUE(
      pair.client.send_headers(1,
                               with(kRequest,
                                    {{.name = "authorization", .value = "secret"},
                                     {.name = "x-mine", .value = "private", .never_indexed = true},
                                     {.name = "x-plain", .value = "public"}}),
                               kEnd));
  std::vector<bool> marks;
  pump(pair.client, pair.server, [&](char, Events events) {
    if (const auto* request = find<RequestReceived>(events)) {
      for (const Field& field : request->fields.subspan(4)) marks.push_back(field.never_indexed);
    }
  });
  EXPECT_EQ(marks, (std::vector<bool>{true, true, false}));
}

TEST(Extension, PaddingGoesOnEveryFrameThatHasIt) {
  Pair pair;
  HeadersOptions padded;
  padded.pad_length = 255;
  padded.priority = Priority{.depends_on = 0, .weight = 1, .exclusive = true};
  ASSERT_TRUE(pair.client.send_headers(1, kPost, padded));
  ASSERT_TRUE(pair.client.send_data(1, octets_of("x"), EndStream::yes, 0));
  pump(pair.client, pair.server, [&](char, Events events) {
    if (const auto* data = find<DataReceived>(events)) {
      EXPECT_EQ(data->flow_controlled_length, 2U);
    }
    if (const auto* priority = find<PriorityUpdated>(events)) {
      EXPECT_EQ(priority->weight, 1);
    }
  });
  ASSERT_TRUE(pair.server.push_stream(1, 2, kRequest, 17));
  std::size_t pushed = 0;
  pump(pair.client, pair.server, [&](char, Events events) {
    pushed += count<PushedStreamReceived>(events);
  });
  EXPECT_EQ(pushed, 1U);
}

TEST(Extension, AFieldSectionLargerThanAFrameIsCutAndJoined) {
  Pair pair;
  const std::string value(9000, '~');
  HeadersOptions how = kEnd;
  how.pad_length = 200;
  ASSERT_TRUE(pair.client.send_headers(1,
                                       with(kRequest,
                                            {{.name = "a", .value = value},
                                             {.name = "b", .value = value},
                                             {.name = "c", .value = value}}),
                                       how));
  std::size_t fields = 0;
  pump(pair.client, pair.server, [&](char, Events events) {
    if (const auto* request = find<RequestReceived>(events)) fields = request->fields.size();
  });
  EXPECT_EQ(fields, 7U);
}

}  // namespace
}  // namespace h2assay::testing
