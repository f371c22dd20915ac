#include "conformance/serve/application.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

namespace h2assay {
namespace {

Options client_options() {
  Options options;
  options.role = Role::client;
  return options;
}

Options server_options() {
  Options options;
  options.settings.enable_connect_protocol = 1;
  return options;
}

// What a client got of one exchange.
struct Got {
  std::vector<std::string> statuses;  // interim ones first
  std::string content;
  std::map<std::string, std::string> fields;
  std::map<std::string, std::string> trailers;
  bool ended = false;
  std::optional<ErrorCode> reset;
};

// A client engine and the application, joined without a network.
class Talk {
 public:
  explicit Talk(Options client = client_options(), Options server = server_options())
      : client_(std::move(client)),
        application_(std::move(server)) {
    EXPECT_TRUE(client_.initiate_connection());
    run();
  }

  // Until neither has anything to say.  Without `acknowledge` the client keeps its windows shut.
  void run(bool acknowledge = true) {
    acknowledge_ = acknowledge;
    bool moved = true;
    while (moved) {
      const Octets up = client_.data_to_send();
      application_.receive(up);
      moved = !up.empty();
      const Octets down = application_.data_to_send();
      most_ = std::max(most_, down.size());
      moved = moved || !down.empty();
      listen(std::vector<std::uint8_t>(down.begin(), down.end()));
    }
  }

  std::uint32_t request(std::string_view method,
                        std::string_view path,
                        EndStream end_stream = EndStream::yes,
                        std::vector<Field> more = {}) {
    const std::uint32_t stream_id = client_.get_next_available_stream_id().value();
    std::vector<Field> fields = {Field{.name = ":method", .value = method},
                                 Field{.name = ":scheme", .value = "http"},
                                 Field{.name = ":authority", .value = "localhost"},
                                 Field{.name = ":path", .value = path}};
    fields.insert(fields.end(), more.begin(), more.end());
    EXPECT_TRUE(client_.send_headers(stream_id, fields, {.end_stream = end_stream}));
    return stream_id;
  }

  Got get(std::string_view method, std::string_view path) {
    const std::uint32_t stream_id = request(method, path);
    run();
    return got_[stream_id];
  }

  // Sends it all, as windows allow.
  void send(std::uint32_t stream_id, std::string_view content, EndStream end_stream) {
    while (!content.empty()) {
      const auto window = client_.local_flow_control_window(stream_id).value();
      ASSERT_GT(window, 0) << "the server has shut its window";
      const auto piece =
          content.substr(0, std::min<std::size_t>(16384, static_cast<std::size_t>(window)));
      content.remove_prefix(piece.size());
      ASSERT_TRUE(client_.send_data(
          stream_id, octets_of(piece), content.empty() ? end_stream : EndStream::no));
      run(acknowledge_);
    }
  }

  Connection& client() { return client_; }

  Application& application() { return application_; }

  Got& got(std::uint32_t stream_id) { return got_[stream_id]; }

  void forget(std::uint32_t stream_id) { got_.erase(stream_id); }

  std::size_t most_output() const { return most_; }

  const std::vector<ConnectionTerminated>& goaways() const { return goaways_; }

 private:
  void listen(const std::vector<std::uint8_t>& octets) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> acknowledgements;
    for (const Event& event : client_.receive_data(octets)) take(event, acknowledgements);
    if (!acknowledge_) return;
    for (const auto& [stream_id, size] : acknowledgements) {
      static_cast<void>(client_.acknowledge_received_data(size, stream_id).has_value());
    }
  }

  void take(const Event& event,
            std::vector<std::pair<std::uint32_t, std::uint32_t>>& acknowledgements) {
    if (const auto* informational = std::get_if<InformationalResponseReceived>(&event)) {
      got_[informational->stream_id].statuses.emplace_back(informational->fields[0].value);
    } else if (const auto* response = std::get_if<ResponseReceived>(&event)) {
      Got& got = got_[response->stream_id];
      got.statuses.emplace_back(response->fields[0].value);
      for (const Field& field : response->fields) got.fields.emplace(field.name, field.value);
    } else if (const auto* trailers = std::get_if<TrailersReceived>(&event)) {
      for (const Field& field : trailers->fields) {
        got_[trailers->stream_id].trailers.emplace(field.name, field.value);
      }
    } else if (const auto* data = std::get_if<DataReceived>(&event)) {
      got_[data->stream_id].content += text_of(data->data);
      acknowledgements.emplace_back(data->stream_id, data->flow_controlled_length);
    } else if (const auto* ended = std::get_if<StreamEnded>(&event)) {
      got_[ended->stream_id].ended = true;
    } else if (const auto* reset = std::get_if<StreamReset>(&event)) {
      got_[reset->stream_id].reset = reset->code;
    } else if (const auto* terminated = std::get_if<ConnectionTerminated>(&event)) {
      goaways_.push_back(*terminated);
    } else {
      EXPECT_FALSE(std::holds_alternative<ConnectionFailed>(event))
          << "the application broke a rule";
    }
  }

  Connection client_;
  Application application_;
  std::map<std::uint32_t, Got> got_;
  std::vector<ConnectionTerminated> goaways_;
  std::size_t most_ = 0;
  bool acknowledge_ = true;
};

TEST(Application, AnswersGetWithTwelveOctets) {
  const Got got = Talk().get("GET", "/");
  EXPECT_EQ(got.statuses, std::vector<std::string>{"200"});
  EXPECT_EQ(got.content, "hello, world");
  EXPECT_EQ(got.fields.at("content-length"), "12");
  EXPECT_TRUE(got.ended);
}

TEST(Application, AnswersHeadWithoutContent) {
  const Got got = Talk().get("HEAD", "/large");
  EXPECT_EQ(got.fields.at("content-length"), "262144");
  EXPECT_EQ(got.content, "");
  EXPECT_TRUE(got.ended);
}

TEST(Application, SendsALargeContentThroughSmallWindows) {
  Talk talk;
  const Got got = talk.get("GET", "/large");
  EXPECT_EQ(got.content.size(), 262144U);
  EXPECT_TRUE(got.content.starts_with("0123456789abcdef"));
  EXPECT_EQ(got.content.substr(0, 64), got.content.substr(262144 - 64));
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(talk.application().open_exchanges(), 0U);
}

TEST(Application, StopsAtAShutWindowAndGoesOnWhenItOpens) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("GET", "/large");
  talk.run(false);
  EXPECT_EQ(talk.got(stream_id).content.size(), 65535U);
  ASSERT_TRUE(talk.client().increment_flow_control_window(1, stream_id));
  ASSERT_TRUE(talk.client().increment_flow_control_window(100));
  talk.run(false);
  EXPECT_EQ(talk.got(stream_id).content.size(), 65536U);
}

TEST(Application, AnswersHeadersWhileTheConnectionsWindowIsShut) {
  Talk talk;
  talk.request("GET", "/large");
  talk.run(false);
  const std::uint32_t other = talk.request("HEAD", "/");
  talk.run(false);
  EXPECT_TRUE(talk.got(other).ended);
}

// GET /large with this Priority field.
std::uint32_t ask(Talk& talk, std::string_view priority) {
  return talk.request("GET", "/large", EndStream::yes, {{.name = "priority", .value = priority}});
}

TEST(Application, TakesTurnsBetweenIncrementalStreams) {
  Talk talk;
  const std::uint32_t first = ask(talk, "i");
  const std::uint32_t second = ask(talk, "i");
  talk.run(false);
  EXPECT_GE(talk.got(first).content.size(), 16384U);
  EXPECT_GE(talk.got(second).content.size(), 16384U);
}

TEST(Application, ServesOtherStreamsOneAfterTheOther) {
  Talk talk;
  const std::uint32_t first = talk.request("GET", "/large");
  const std::uint32_t second = talk.request("GET", "/large");
  talk.run(false);
  EXPECT_EQ(talk.got(first).content.size(), 65535U);
  EXPECT_TRUE(talk.got(second).content.empty());
}

TEST(Application, ServesTheUrgentFirst) {
  Talk talk;
  const std::uint32_t lazy = ask(talk, "u=7");
  const std::uint32_t urgent = ask(talk, "u=0");
  talk.run(false);
  EXPECT_TRUE(talk.got(lazy).content.empty());
  EXPECT_EQ(talk.got(urgent).content.size(), 65535U);
}

TEST(Application, LetsPriorityUpdateHaveTheLastWord) {
  Talk talk;
  EXPECT_TRUE(talk.client().update_priority(3, "u=0"));
  const std::uint32_t first = ask(talk, "u=1");
  const std::uint32_t second = ask(talk, "u=7");
  talk.run(false);
  EXPECT_TRUE(talk.got(first).content.empty());
  EXPECT_EQ(talk.got(second).content.size(), 65535U);
}

TEST(Application, SaysNotModifiedWhereNothingButAbsenceWouldDo) {
  Talk talk;
  const std::uint32_t stream_id =
      talk.request("GET", "/", EndStream::yes, {{.name = "if-none-match", .value = "*"}});
  talk.run();
  EXPECT_EQ(talk.got(stream_id).statuses, std::vector<std::string>{"304"});
  EXPECT_TRUE(talk.got(stream_id).content.empty());
}

TEST(Application, SaysTheDateThatItWasTold) {
  Talk talk;
  EXPECT_FALSE(talk.get("GET", "/").fields.contains("date"));
  talk.application().set_date("Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(talk.get("GET", "/nowhere").fields["date"], "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Application, KnowsNotEveryMethod) {
  Talk talk;
  EXPECT_EQ(talk.get("FROBNICATE", "/").statuses, std::vector<std::string>{"501"});
  EXPECT_EQ(talk.get("get", "/").statuses, std::vector<std::string>{"501"});
  const Got traced = talk.get("TRACE", "/");
  EXPECT_EQ(traced.statuses, std::vector<std::string>{"405"});
  EXPECT_TRUE(traced.fields.contains("allow"));
}

TEST(Application, EchoesWhatIsPosted) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("POST", "/echo", EndStream::no);
  talk.send(stream_id, "first ", EndStream::no);
  talk.send(stream_id, "second", EndStream::yes);
  EXPECT_EQ(talk.got(stream_id).content, "first second");
  EXPECT_EQ(talk.got(stream_id).fields.at("content-length"), "12");
}

TEST(Application, EchoesAMegabyteAsItArrives) {
  Talk talk;
  const std::string content(1'000'000, 'x');
  const std::uint32_t stream_id = talk.request("POST", "/echo", EndStream::no);
  talk.send(stream_id, content, EndStream::no);
  EXPECT_EQ(talk.got(stream_id).content.size(), content.size()) << "before the request has ended";
  ASSERT_TRUE(talk.client().end_stream(stream_id));
  talk.run();
  EXPECT_TRUE(talk.got(stream_id).ended);
}

// Posts until the server has shut its window; how many octets that took, 0 when nothing bounds it.
std::size_t post_until_shut(Talk& talk, std::uint32_t stream_id) {
  const std::string piece(16384, 'x');
  for (std::size_t sent = 0; sent < std::size_t{8} << 20;) {
    const auto window = talk.client().local_flow_control_window(stream_id).value();
    if (window <= 0) return sent;
    const auto size = std::min<std::size_t>(piece.size(), static_cast<std::size_t>(window));
    EXPECT_TRUE(talk.client().send_data(stream_id, octets_of(piece).first(size)));
    sent += size;
    talk.run(false);
  }
  return 0;
}

TEST(Application, KeepsTheWindowShutWhenTooMuchWaitsToBeEchoed) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("POST", "/echo", EndStream::no);
  const std::size_t sent = post_until_shut(talk, stream_id);
  EXPECT_GE(sent, Application::kEchoOctets);
  ASSERT_TRUE(talk.client().end_stream(stream_id));
  ASSERT_TRUE(talk.client().increment_flow_control_window(1 << 30));
  ASSERT_TRUE(talk.client().increment_flow_control_window(1 << 30, stream_id));
  talk.run();
  EXPECT_EQ(talk.got(stream_id).content.size(), sent) << "all of it comes back";
  EXPECT_TRUE(talk.got(stream_id).ended);
}

TEST(Application, OpensTheConnectionsWindowWhenAStreamThatKeptItShutIsReset) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("POST", "/echo", EndStream::no);
  ASSERT_GT(post_until_shut(talk, stream_id), 0U);
  ASSERT_LT(talk.client().outbound_flow_control_window(), 32768);
  ASSERT_TRUE(talk.client().reset_stream(stream_id, ErrorCode::cancel));
  talk.run(false);
  EXPECT_GE(talk.client().outbound_flow_control_window(), 32768);
}

TEST(Application, CountsAnUploadOfAnySize) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("POST", "/upload", EndStream::no);
  talk.send(stream_id, std::string(10'000'000, 'x'), EndStream::yes);
  EXPECT_EQ(talk.got(stream_id).content, "10000000");
}

TEST(Application, SendsTrailers) {
  const Got got = Talk().get("GET", "/trailers");
  EXPECT_EQ(got.content, "trailers follow\n");
  EXPECT_EQ(got.trailers.at("x-octets"), "16");
  EXPECT_TRUE(got.ended);
}

TEST(Application, SendsInterimResponses) {
  EXPECT_EQ(Talk().get("GET", "/interim").statuses,
            (std::vector<std::string>{"103", "103", "200"}));
}

TEST(Application, PushesWhereTheClientPermitsIt) {
  Talk talk;
  talk.get("GET", "/push");
  EXPECT_EQ(talk.got(2).content, "pushed\n");
  EXPECT_TRUE(talk.got(2).ended);
}

TEST(Application, DoesNotPushWhereTheClientForbidsIt) {
  Options options = client_options();
  options.settings.enable_push = 0;
  Talk talk(options);
  EXPECT_EQ(talk.get("GET", "/push").content, "with a push\n");
  EXPECT_TRUE(talk.got(2).statuses.empty());
}

TEST(Application, AnswersWithTheStatusAskedFor) {
  Talk talk;
  EXPECT_EQ(talk.get("GET", "/status/503").statuses, std::vector<std::string>{"503"});
  EXPECT_EQ(talk.get("GET", "/status/204").fields.count("content-length"), 0U);
  EXPECT_EQ(talk.get("GET", "/status/100").statuses, std::vector<std::string>{"404"});
  EXPECT_EQ(talk.get("GET", "/nowhere").statuses, std::vector<std::string>{"404"});
  EXPECT_EQ(talk.get("DELETE", "/").statuses, std::vector<std::string>{"405"});
}

TEST(Application, EchoesInATunnel) {
  Talk talk;
  const std::uint32_t stream_id = talk.client().get_next_available_stream_id().value();
  const std::array<Field, 2> fields = {Field{.name = ":method", .value = "CONNECT"},
                                       Field{.name = ":authority", .value = "example.org:443"}};
  ASSERT_TRUE(talk.client().send_headers(stream_id, fields));
  talk.run();
  EXPECT_EQ(talk.got(stream_id).statuses, std::vector<std::string>{"200"});
  talk.send(stream_id, "ping", EndStream::no);
  EXPECT_EQ(talk.got(stream_id).content, "ping");
  ASSERT_TRUE(talk.client().end_stream(stream_id));
  talk.run();
  EXPECT_TRUE(talk.got(stream_id).ended);
}

TEST(Application, AcceptsExtendedConnect) {
  Talk talk;
  const std::uint32_t stream_id = talk.client().get_next_available_stream_id().value();
  const std::array<Field, 5> fields = {Field{.name = ":method", .value = "CONNECT"},
                                       Field{.name = ":protocol", .value = "websocket"},
                                       Field{.name = ":scheme", .value = "http"},
                                       Field{.name = ":path", .value = "/chat"},
                                       Field{.name = ":authority", .value = "localhost"}};
  ASSERT_TRUE(talk.client().send_headers(stream_id, fields));
  talk.send(stream_id, "ping", EndStream::yes);
  EXPECT_EQ(talk.got(stream_id).content, "ping");
  EXPECT_TRUE(talk.got(stream_id).ended);
}

// A 2xx for a request that later breaks its own content-length could not be taken back.
TEST(Application, AnswersARequestOnlyWhenItHasEnded) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("POST", "/", EndStream::no);
  talk.send(stream_id, "some", EndStream::no);
  EXPECT_TRUE(talk.got(stream_id).statuses.empty());
}

TEST(Application, ForgetsAStreamThatWasReset) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("GET", "/large");
  talk.run(false);
  ASSERT_TRUE(talk.client().reset_stream(stream_id, ErrorCode::cancel));
  talk.run(false);
  EXPECT_EQ(talk.application().open_exchanges(), 0U);
}

TEST(Application, HoldsLittleOutputAtATime) {
  Talk talk;
  for (int i = 0; i < 50; ++i) talk.request("GET", "/large");
  ASSERT_TRUE(talk.client().increment_flow_control_window(1 << 30));
  talk.run(false);
  EXPECT_LT(talk.most_output(), Application::kOutputOctets + (std::size_t{32} << 10));
}

TEST(Application, ShutsDownInTwoSteps) {
  Talk talk;
  const std::uint32_t stream_id = talk.request("GET", "/large");
  talk.run(false);
  talk.application().begin_shutdown();
  talk.run(false);
  ASSERT_EQ(talk.goaways().size(), 2U);
  EXPECT_EQ(talk.goaways()[0].last_stream_id, 0x7fff'ffffU);
  EXPECT_EQ(talk.goaways()[1].last_stream_id, stream_id);
  EXPECT_FALSE(talk.application().finished()) << "a stream is under way";
  ASSERT_TRUE(talk.client().increment_flow_control_window(1 << 20));
  ASSERT_TRUE(talk.client().increment_flow_control_window(1 << 20, stream_id));
  talk.run();
  EXPECT_TRUE(talk.got(stream_id).ended);
  EXPECT_TRUE(talk.application().finished());
}

TEST(Application, IsFinishedAfterAConnectionError) {
  Talk talk;
  talk.application().receive(std::vector<std::uint8_t>{0, 0, 0, 1, 5, 0, 0, 0, 0});
  EXPECT_FALSE(talk.application().finished()) << "the GOAWAY is still to be sent";
  EXPECT_FALSE(talk.application().data_to_send().empty());
  EXPECT_TRUE(talk.application().finished());
}

// What the heap holds, in octets; the same for ever under the sanitizers, which count leaks
// themselves.
std::size_t heap_octets() { return mallinfo2().uordblks; }

TEST(Application, ServesAHundredThousandRequestsWithoutGrowing) {
  Talk talk;
  std::size_t before = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint32_t stream_id = talk.request("GET", i % 10 == 0 ? "/trailers" : "/");
    if (i % 20 == 0) {
      ASSERT_TRUE(talk.client().reset_stream(stream_id, ErrorCode::cancel));
    }
    talk.run();
    ASSERT_TRUE(i % 20 == 0 || talk.got(stream_id).ended) << "request " << i;
    talk.forget(stream_id);
    if (i == 5000) before = heap_octets();
  }
  EXPECT_LT(heap_octets(), before + 16384);
  EXPECT_EQ(talk.application().requests(), 100'000U);
  EXPECT_EQ(talk.application().open_exchanges(), 0U);
}

}  // namespace
}  // namespace h2assay
