// Every habit changes what its bearer says in one of these conversations, and what it says wrong is
// what its row says.

#include "engine/habits/habits.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/serve/application.h"
#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

using Said = std::vector<std::uint8_t>;

std::vector<Field> request(std::string_view method, std::string_view path) {
  return {{.name = ":method", .value = method},
          {.name = ":scheme", .value = "http"},
          {.name = ":authority", .value = "localhost"},
          {.name = ":path", .value = path}};
}

const std::vector<Field> kConnect = {{.name = ":method", .value = "CONNECT"},
                                     {.name = ":authority", .value = "localhost:1"}};

// A server with habits, or none, and octets made by hand.
class ServerTalk {
 public:
  explicit ServerTalk(const HabitRow* habit) : habits_{habit}, application_(options(), bearers()) {
    application_.set_date("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  void tell() {
    application_.receive(wire.take());
    listen();
  }

  void listen() {
    for (Octets octets = application_.data_to_send(); !octets.empty();
         octets = application_.data_to_send()) {
      said.insert(said.end(), octets.begin(), octets.end());
    }
    finished = application_.finished();
  }

  void announce_shutdown() {
    application_.begin_shutdown();
    listen();
  }

  void shut_down() {
    announce_shutdown();
    application_.finish_shutdown();
    listen();
  }

  Wire wire;
  Said said;
  bool finished = false;

 private:
  static Options options() {
    Options options;
    options.settings.enable_connect_protocol = 1;
    options.answer_malformed_requests = true;
    return options;
  }

  std::span<const HabitRow* const> bearers() const {
    return std::span(habits_).first(habits_[0] == nullptr ? 0 : 1);
  }

  std::array<const HabitRow*, 1> habits_;
  Application application_;
};

void begin(ServerTalk& talk, std::vector<Setting> settings) {
  talk.wire.preface().settings(std::move(settings)).settings_ack();
  talk.tell();
}

// Requests of every kind; the windows are wide.
void talk_messages(ServerTalk& talk) {
  begin(talk, {});
  std::uint32_t stream_id = 1;
  for (const auto& [method, path] : {std::pair("GET", "/"),
                                     std::pair("HEAD", "/"),
                                     std::pair("GET", "/trailers"),
                                     std::pair("GET", "/interim"),
                                     std::pair("GET", "/status/204"),
                                     std::pair("GET", "/status/304"),
                                     std::pair("DELETE", "/"),
                                     std::pair("GET", "/push"),
                                     std::pair("GET", "/push")}) {
    talk.wire.headers(stream_id, request(method, path), true).ping(1);
    talk.tell();
    stream_id += 2;
  }
  talk.wire.headers(
      stream_id, with(request("POST", "/"), {{.name = "expect", .value = "100-continue"}}), false);
  talk.tell();
  for (const bool last : {false, false, false, false, true}) {
    talk.wire.data(stream_id, std::string(9000, 'x'), last);
    talk.tell();
  }
  talk.wire.headers(stream_id + 2, kConnect, false).data(stream_id + 2, "both ways", true);
  talk.tell();
  talk.wire.headers(
      stream_id + 4, with(request("GET", "/"), {{.name = "Upper", .value = "1"}}), true);
  talk.tell();
  talk.wire.data(stream_id + 4, "late");
  talk.tell();
  talk.wire.frame(FrameType::ping, 0, 1, "12345678");
  talk.tell();
}

// Windows that are narrow, shrink, grow and stay.
void talk_windows(ServerTalk& talk) {
  begin(talk, {setting(SettingId::initial_window_size, 20000)});
  talk.wire.headers(1, request("GET", "/large"), true).headers(3, request("GET", "/large"), true);
  talk.tell();
  talk.wire.ping(7).window(1, 50);
  talk.tell();
  talk.wire.settings({setting(SettingId::initial_window_size, 5)}).window(1, 100);
  talk.tell();
  talk.wire.window(1, 19995).window(0, 1000);
  talk.tell();
  talk.wire.settings({setting(SettingId::initial_window_size, 100000)});
  talk.tell();
  talk.wire.reset(1).window(0, 200000).window(3, 300000);
  talk.tell();
  talk.wire.settings({setting(SettingId::initial_window_size, 5)});
  talk.wire.headers(5, request("POST", "/"), false).data(5, "more than five").data(5, {}, true);
  talk.tell();
}

// What settings forbid, one GOAWAY, and what comes after it.
void talk_limits(ServerTalk& talk) {
  begin(talk, {setting(SettingId::enable_push, 0)});
  talk.wire.headers(1, request("GET", "/push"), true);
  talk.tell();
  talk.wire.settings({setting(SettingId::enable_push, 1),
                      setting(SettingId::max_concurrent_streams, 0),
                      setting(SettingId::header_table_size, 0)});
  talk.wire.settings({setting(SettingId::header_table_size, 4096)});
  talk.tell();
  talk.wire.headers(3, request("GET", "/push"), true);
  talk.tell();
  talk.wire.headers(5, request("GET", "/push"), false).goaway(0);
  talk.tell();
  talk.wire.settings({setting(SettingId::max_concurrent_streams, 9)});
  talk.wire.data(5, "end", true);
  talk.tell();
}

// Secrets come back from nowhere but a request; the rest is a shutdown.
void talk_shutdown(ServerTalk& talk) {
  begin(talk, {});
  talk.wire.headers(1, request("GET", "/push"), true);
  talk.tell();
  talk.shut_down();
}

// What a receiver has to bear: frames.
void talk_odd_frames(ServerTalk& talk) {
  begin(talk, {});
  Wire inner;
  talk.wire.unknown(0x42, 0, text_of(inner.ping(5).take())).unknown(0x42, 0, std::string(9000, 0));
  talk.wire.frame(FrameType::altsvc, 0, 0, std::string_view("\0\1a", 3)).priority_update(9, "u=1");
  talk.wire.frame(FrameType::ping, 0x42, 0, "12345678");
  talk.wire.raw(std::string_view("\0\0\4\x8\0\x80\0\0\0\x80\0\0\1", 13));
  talk.tell();
  talk.wire.priority(101, 7);
  std::vector<std::uint8_t> block;
  hpack::Encoder(0).append(request("POST", "/"), block);
  const std::string_view fragment = text_of(block);
  talk.wire.frame(FrameType::headers, 0, 1, fragment.substr(0, 9));
  talk.wire.frame(FrameType::continuation, 0, 1)
      .frame(FrameType::continuation, flags::end_headers, 1, fragment.substr(9));
  talk.wire.data(1, "padded", false, 9).data(1, {}, false, 3).data(1, "plain").data(1, {}, true);
  talk.tell();
  const std::string padded = "\x04" + std::string(fragment) + std::string(4, '\0');
  talk.wire.frame(FrameType::headers, flags::end_headers | flags::padded, 3, padded);
  talk.wire.headers(7, request("GET", "/large"), true).window(7, 5).priority(7, 0);
  talk.tell();
  talk.wire.data(3, "content").headers(3, kTrailers, true).ping(3).ping(4);
  talk.tell();
  talk.wire.reset(7, ErrorCode{0xff}).reset(1).window(1, 5);
  talk.tell();
}

// What a receiver has to bear: streams that come, go, wait, and were reset.
void talk_many_streams(ServerTalk& talk) {
  begin(talk, {});
  talk.wire.headers(1, request("POST", "/"), false);
  std::uint32_t stream_id = 3;
  for (; stream_id < 250; stream_id += 2) {
    talk.wire.headers(stream_id, request("GET", "/"), true);
    talk.tell();
  }
  talk.wire.headers(
      stream_id, with(request("POST", "/"), {{.name = "Upper", .value = "1"}}), false);
  talk.tell();
  for (int i = 0; i < 5; ++i) talk.wire.data(stream_id, std::string(8000, 'x'));
  talk.wire.headers(stream_id, {{.name = "x-late", .value = "in the table"}}, true);
  talk.tell();
  talk.wire.headers(stream_id + 2,
                    with(request("GET", "/"), {{.name = "x-late", .value = "in the table"}}),
                    true);
  talk.tell();
  talk.wire.data(stream_id, "and more");
  talk.tell();
}

// What a receiver has to bear: settings, pings, windows, GOAWAY.
void talk_odd_settings(ServerTalk& talk) {
  talk.wire.preface().settings({setting(SettingId::initial_window_size, 0)});
  talk.wire.headers(1, request("GET", "/"), true);
  talk.tell();
  talk.wire.ping(1).window(1, 4);
  talk.tell();
  talk.wire.settings({{0x42, 7},
                      setting(SettingId::initial_window_size, 9),
                      setting(SettingId::initial_window_size, 7)});
  talk.wire.ping(8, true);
  talk.tell();
  talk.wire.settings({setting(SettingId::enable_connect_protocol, 1)}).settings();
  talk.tell();
  talk.wire.settings({setting(SettingId::max_frame_size, 0xff'ffff)});
  talk.wire.window(0, 0x7fff'0000).settings_ack().settings_ack().ping(2);
  talk.tell();
  talk.wire.headers(3, request("GET", "/"), true);
  talk.tell();
  talk.wire.frame(FrameType::goaway, 0, 0, std::string("\0\0\0\5\0\0\0\xff", 8) + "debug");
  talk.wire.window(3, 100).ping(3);
  talk.tell();
}

void talk_while_shutting_down(ServerTalk& talk) {
  begin(talk, {setting(SettingId::initial_window_size, 3)});
  talk.wire.headers(1, request("GET", "/"), true);
  talk.tell();
  talk.announce_shutdown();
  talk.wire.headers(3, request("GET", "/"), true).window(1, 100);
  talk.tell();
  talk.shut_down();
  talk.wire.headers(5, request("GET", "/"), true).window(3, 100);
  talk.tell();
}

// What a server has to take: fields of every kind.
void talk_odd_fields(ServerTalk& talk) {
  begin(talk, {});
  const std::string long_path = "/" + std::string(5000, 'p');
  const std::vector<std::vector<Field>> requests = {
      with(request("GET", "/"), {{.name = "te", .value = "trailers"}}),
      with(request("GET", "/"), {{.name = "accept", .value = ""}}),
      with(request("GET", "/"), {{.name = "x-any", .value = "1"}}),
      with(request("GET", "/"),
           {{.name = "cookie", .value = "a=1"}, {.name = "cookie", .value = "b"}}),
      with(request("GET", "/"), {{.name = "host", .value = "localhost"}}),
      with(request("POST", "/"), {{.name = "content-length", .value = "0"}}),
      with(request("GET", "/"), {{.name = "priority", .value = "u=9"}}),
      request("BREW", "/"),
      request("GET", long_path),
      {{.name = ":method", .value = "GET"},
       {.name = ":scheme", .value = "ftp"},
       {.name = ":authority", .value = "localhost"},
       {.name = ":path", .value = "/"}},
      {{.name = ":method", .value = "OPTIONS"},
       {.name = ":scheme", .value = "http"},
       {.name = ":path", .value = "*"}},
  };
  std::uint32_t stream_id = 1;
  for (const std::vector<Field>& fields : requests) {
    talk.wire.headers(stream_id, fields, true);
    talk.tell();
    stream_id += 2;
  }
}

// What a decoder has to take: every representation.
void talk_representations(ServerTalk& talk) {
  begin(talk, {});
  talk.wire.settings({setting(SettingId::header_table_size, 4096)});
  talk.tell();
  const std::string get = "\x82\x86\x84\x41\x09localhost";
  std::uint32_t stream_id = 1;
  for (const std::string& block : {"\x3f\x61" + get,
                                   "\x3f\xe1\x1f" + get,
                                   get + "\xbe",
                                   get + std::string("\x00\x01x\x01y", 5),
                                   get + "\x10\x01x\x01y",
                                   get + std::string("\x00\x01x\x00", 4),
                                   get + std::string("\x00\x01x\x81\x1f", 5),
                                   get + std::string("\x0f\x80\x80\x00\x01y", 6)}) {
    talk.wire.frame(FrameType::headers, flags::end_headers | flags::end_stream, stream_id, block);
    talk.tell();
    stream_id += 2;
  }
}

using Conversation = void (*)(ServerTalk&);
constexpr std::array<Conversation, 10> kConversations = {talk_messages,
                                                         talk_windows,
                                                         talk_limits,
                                                         talk_shutdown,
                                                         talk_odd_frames,
                                                         talk_many_streams,
                                                         talk_odd_settings,
                                                         talk_while_shutting_down,
                                                         talk_odd_fields,
                                                         talk_representations};

TEST(ServerHabits, EachChangesWhatAServerSays) {
  for (const HabitRow& row : habits()) {
    if (!row.fits(Role::server)) continue;
    bool differs = false;
    for (const Conversation hold : kConversations) {
      ServerTalk honest(nullptr);
      hold(honest);
      ServerTalk bent(&row);
      hold(bent);
      differs = differs || honest.said != bent.said || honest.finished != bent.finished;
    }
    EXPECT_TRUE(differs) << row.name << " says nothing wrong in any of the conversations";
  }
}

// A client with habits, or none, and the honest application.
class ClientTalk {
 public:
  explicit ClientTalk(const HabitRow* habit) : client_(options()), server_(Options{}) {
    if (habit != nullptr) misbehaviour_.add(*habit);
    EXPECT_TRUE(client_.initiate_connection());
    run();
  }

  // Until neither has anything to say; pushes are refused.  The server says so many octets at once.
  void run(std::size_t at_once = 65536) {
    bool moved = true;
    while (moved) {
      const Octets up = misbehaviour_.outgoing(client_.data_to_send());
      said.insert(said.end(), up.begin(), up.end());
      server_.receive(up);
      moved = !up.empty();
      const Octets down = server_.data_to_send(at_once);
      moved = moved || !down.empty();
      const Said heard(down.begin(), down.end());
      std::vector<std::uint32_t> pushed;
      std::vector<std::pair<std::uint32_t, std::uint32_t>> received;
      for (const Event& event : client_.receive_data(misbehaviour_.incoming(heard))) {
        if (const auto* push = std::get_if<PushedStreamReceived>(&event)) {
          pushed.push_back(push->pushed_stream_id);
        } else if (const auto* data = std::get_if<DataReceived>(&event)) {
          received.emplace_back(data->flow_controlled_length, data->stream_id);
        }
      }
      for (const std::uint32_t id : pushed) {
        static_cast<void>(client_.reset_stream(id, ErrorCode::cancel).has_value());
      }
      for (const auto& [octets, id] : received) {
        static_cast<void>(client_.acknowledge_received_data(octets, id).has_value());
      }
    }
  }

  void ask(std::uint32_t id, const std::vector<Field>& fields, EndStream end) {
    static_cast<void>(
        client_.send_headers(id, fields, {.end_stream = end, .priority = {}, .pad_length = {}})
            .has_value());
  }

  void send(std::uint32_t id, std::string_view text) {
    static_cast<void>(client_.send_data(id, octets_of(text), EndStream::yes).has_value());
  }

  void announce_shutdown() { server_.begin_shutdown(); }

  Said said;

 private:
  static Options options() {
    Options options;
    options.role = Role::client;
    options.settings.enable_push = 1;
    return options;
  }

  Misbehaviour misbehaviour_{Role::client};
  Connection client_;
  Application server_;
};

void talk_as_client(ClientTalk& talk) {
  talk.ask(1,
           with(request("POST", "/echo"),
                {{.name = "content-length", .value = "4"},
                 {.name = "authorization", .value = "Basic c2VjcmV0"}}),
           EndStream::no);
  talk.send(1, "echo");
  talk.run();
  talk.ask(3, request("GET", "/push"), EndStream::yes);
  talk.run(40);
  talk.ask(5, kConnect, EndStream::no);
  talk.send(5, "tunnel");
  talk.run();
  talk.ask(7, request("GET", "/large"), EndStream::yes);
  talk.run();
  talk.announce_shutdown();
  talk.run();
  talk.ask(9, request("GET", "/"), EndStream::yes);
  talk.run();
}

// The server's limits are small: what is forbidden is refused by an honest client's engine.
void talk_as_client_under_limits(ClientTalk& talk) {
  for (std::uint32_t id = 1; id < 211; id += 2) talk.ask(id, request("GET", "/"), EndStream::no);
  talk.run();
}

void talk_as_websocket_client(ClientTalk& talk) {
  talk.ask(1,
           {{.name = ":method", .value = "CONNECT"},
            {.name = ":protocol", .value = "websocket"},
            {.name = ":scheme", .value = "http"},
            {.name = ":authority", .value = "localhost"},
            {.name = ":path", .value = "/"}},
           EndStream::no);
  talk.send(1, "socket");
  talk.run();
}

TEST(ClientHabits, EachChangesWhatAClientSays) {
  for (const HabitRow& row : habits()) {
    if (row.bearer != Bearer::client) continue;
    bool differs = false;
    for (const auto hold :
         {talk_as_client, talk_as_client_under_limits, talk_as_websocket_client}) {
      ClientTalk honest(nullptr);
      hold(honest);
      ClientTalk bent(&row);
      hold(bent);
      differs = differs || honest.said != bent.said;
    }
    EXPECT_TRUE(differs) << row.name << " says nothing wrong in any of the conversations";
  }
}

// What a server with this habit says to these octets behind the opening.
std::vector<Seen> said_by(std::string_view habit, Wire octets) {
  ServerTalk talk(habit_named(habit));
  begin(talk, {});
  talk.said.clear();
  talk.wire.raw(text_of(octets.take()));
  talk.tell();
  return frames(talk.said);
}

TEST(Habits, AreExactlyWhatTheirRowsSay) {
  const std::vector<Field> root = request("GET", "/");
  EXPECT_EQ(count(said_by("omits-settings-ack", Wire().settings()), FrameType::settings), 0U);
  EXPECT_EQ(count(said_by("repeats-settings-ack", Wire().settings()), FrameType::settings), 2U);

  const auto ping = said_by("sends-short-ping", Wire().ping(1));
  ASSERT_EQ(ping.size(), 1U);
  EXPECT_EQ(ping[0].payload.size(), 7U);

  const auto split = said_by("sends-ping-inside-field-block", Wire().headers(1, root, true));
  ASSERT_GE(split.size(), 3U);
  EXPECT_TRUE(split[0].is(FrameType::headers) && !split[0].header.has(flags::end_headers));
  EXPECT_TRUE(split[1].is(FrameType::ping));
  EXPECT_TRUE(split[2].is(FrameType::continuation) && split[2].header.has(flags::end_headers));

  const auto reset =
      said_by("answers-rst-stream", Wire().headers(1, request("POST", "/"), false).reset(1));
  EXPECT_EQ(count(reset, FrameType::rst_stream), 1U);

  const auto over =
      said_by("ignores-stream-windows",
              Wire().settings({setting(SettingId::initial_window_size, 5)}).headers(1, root, true));
  ASSERT_NE(find(over, FrameType::data), nullptr);
  EXPECT_EQ(find(over, FrameType::data)->payload.size(), kSmallContent.size());
}

TEST(Habits, WriteFieldSectionsThatAnybodyCanRead) {
  for (const std::string_view habit : {"sends-connection", "sends-upper-case-names"}) {
    const auto said = said_by(habit, Wire().headers(1, request("GET", "/"), true));
    ASSERT_NE(find(said, FrameType::headers), nullptr);
    const std::string& block = find(said, FrameType::headers)->payload;
    hpack::Decoder decoder;
    std::vector<Field> fields;
    ASSERT_TRUE(decoder.decode(octets_of(block), fields));
    const std::string_view wrong = habit == "sends-connection" ? "connection" : "CONTENT-TYPE";
    EXPECT_TRUE(std::ranges::any_of(fields, [&](const Field& f) { return f.name == wrong; }));
    EXPECT_EQ(decoder.table().size(), 0U);
  }
}

TEST(Habits, KeepOutOfTheWayOfAWrongPreface) {
  ServerTalk talk(habit_named("ignores-goaway"));
  talk.wire.raw("GET / HTTP/1.1\r\n\r\n and more octets");
  talk.tell();
  EXPECT_TRUE(talk.finished);
}

TEST(Habits, CanBeSeveralAtOnce) {
  const std::array<const HabitRow*, 2> both = {habit_named("repeats-settings-ack"),
                                               habit_named("sends-undefined-flags")};
  Application application(Options{}, both);
  Wire wire;
  application.receive(wire.preface().settings().take());
  const auto said = frames(application.data_to_send());
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[2].header.flags, flags::ack | 0x80);
}

TEST(Habits, CopyWithTheirApplication) {
  const std::array<const HabitRow*, 1> habit = {habit_named("acknowledges-settings-once")};
  Application application(Options{}, habit);
  Wire wire;
  application.receive(wire.preface().settings().take());
  EXPECT_EQ(frames(application.data_to_send()).size(), 2U);
  Application copy = application;
  const auto again = wire.settings().take();
  application.receive(again);
  EXPECT_TRUE(application.data_to_send().empty());
  copy.receive(again);
  EXPECT_TRUE(copy.data_to_send().empty());
}

}  // namespace
}  // namespace h2assay::testing
