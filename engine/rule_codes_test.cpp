// What `h2assay self` cannot show with a case against a server.  That scopes and codes are those of
// the RFC is shown beside the requirements: conformance/catalogue/rule_codes_test.cpp.
#include <gtest/gtest.h>

#include "engine/connection_test_support.h"
#include "engine/rules.h"

namespace h2assay::testing {
namespace {

TEST(RuleCodes, APromiseAfterPushWasSwitchedOffFails) {
  Options options = client_options();
  options.settings.enable_push = 0;
  Played client(options);
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  static_cast<void>(client.drain());
  client.wire.promise(1, 2, kRequest);
  expect_failure(client, client.feed(), Rule::push_promise_disabled);
}

TEST(RuleCodes, DataBehindThePeersOwnResetIsAnsweredByOneReset) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).reset(1);
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  server.wire.data(1, "late");
  static_cast<void>(server.feed());
  const std::vector<Seen> out = server.drain();
  const Seen* reset = find(out, FrameType::rst_stream);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(code_of(*reset), ErrorCode::stream_closed);
}

}  // namespace
}  // namespace h2assay::testing
