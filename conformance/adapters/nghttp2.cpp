// libnghttp2 behind the C ABI of library.h.

#include <algorithm>
#include <map>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "conformance/adapters/library.h"

struct h2assay_connection {
  // Content that waits for a window, or for nghttp2 to fetch it.
  struct Content {
    std::string octets;
    bool end = false;
    bool submitted = false;  // nghttp2 holds a provider that reads from here
  };

  nghttp2_session* session = nullptr;
  h2assay_tell tell = nullptr;  // while `receive` runs
  void* user = nullptr;
  std::vector<std::pair<std::string, std::string>> block;  // fields of the block that comes in
  std::map<std::int32_t, Content> content;
  std::vector<std::uint8_t> output;
};

namespace {

using Connection = h2assay_connection;

h2assay_octets octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const std::uint8_t* data, std::size_t length) {
  return {reinterpret_cast<const char*>(data), length};
}

Connection& connection_of(void* user) { return *static_cast<Connection*>(user); }

void tell(const Connection& connection, const h2assay_event& event) {
  connection.tell(connection.user, &event);
}

h2assay_event event_of(h2assay_event_kind kind, std::int32_t stream_id) {
  return {.kind = kind,
          .stream_id = static_cast<std::uint32_t>(stream_id),
          .other_id = 0,
          .code = 0,
          .fields = nullptr,
          .field_count = 0,
          .octets = {nullptr, 0}};
}

// --- What arrives --------------------------------------------------------------------------------

int on_begin_headers(nghttp2_session*, const nghttp2_frame*, void* user) {
  connection_of(user).block.clear();
  return 0;
}

int on_header(nghttp2_session*,
              const nghttp2_frame*,
              const std::uint8_t* name,
              std::size_t name_length,
              const std::uint8_t* value,
              std::size_t value_length,
              std::uint8_t,
              void* user) {
  connection_of(user).block.emplace_back(text_of(name, name_length), text_of(value, value_length));
  return 0;
}

// Left to itself, nghttp2 drops a field that it finds invalid and keeps the message.  RFC 9113,
// Section 8.1.1 wants the message refused, and this is how nghttp2 is asked to.
int on_invalid_header(nghttp2_session*,
                      const nghttp2_frame*,
                      const std::uint8_t*,
                      std::size_t,
                      const std::uint8_t*,
                      std::size_t,
                      std::uint8_t,
                      void*) {
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int on_data_chunk(nghttp2_session*,
                  std::uint8_t,
                  std::int32_t stream_id,
                  const std::uint8_t* data,
                  std::size_t length,
                  void* user) {
  h2assay_event event = event_of(H2ASSAY_EVENT_DATA, stream_id);
  event.octets = {data, length};
  tell(connection_of(user), event);
  return 0;
}

h2assay_event_kind kind_of(const Connection& connection) {
  for (const auto& [name, value] : connection.block) {
    if (name == ":method") return H2ASSAY_EVENT_REQUEST;
    if (name == ":status")
      return value.starts_with('1') ? H2ASSAY_EVENT_INTERIM : H2ASSAY_EVENT_RESPONSE;
  }
  return H2ASSAY_EVENT_TRAILERS;
}

void tell_block(const Connection& connection, h2assay_event event) {
  std::vector<h2assay_field> fields;
  fields.reserve(connection.block.size());
  for (const auto& [name, value] : connection.block)
    fields.push_back({octets_of(name), octets_of(value)});
  event.fields = fields.data();
  event.field_count = fields.size();
  tell(connection, event);
}

int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  const Connection& connection = connection_of(user);
  const std::int32_t stream_id = frame->hd.stream_id;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:      tell_block(connection, event_of(kind_of(connection), stream_id)); break;
    case NGHTTP2_PUSH_PROMISE: {
      h2assay_event event = event_of(H2ASSAY_EVENT_PROMISE, stream_id);
      event.other_id = static_cast<std::uint32_t>(frame->push_promise.promised_stream_id);
      tell_block(connection, event);
      return 0;
    }
    case NGHTTP2_RST_STREAM: {
      h2assay_event event = event_of(H2ASSAY_EVENT_RESET, stream_id);
      event.code = frame->rst_stream.error_code;
      tell(connection, event);
      return 0;
    }
    case NGHTTP2_PING: {
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) return 0;
      h2assay_event event = event_of(H2ASSAY_EVENT_PING_ACK, 0);
      event.octets = {frame->ping.opaque_data, sizeof(frame->ping.opaque_data)};
      tell(connection, event);
      return 0;
    }
    case NGHTTP2_GOAWAY: {
      h2assay_event event = event_of(H2ASSAY_EVENT_GOAWAY, 0);
      event.other_id = static_cast<std::uint32_t>(frame->goaway.last_stream_id);
      event.code = frame->goaway.error_code;
      tell(connection, event);
      return 0;
    }
    case NGHTTP2_DATA: break;
    default:           return 0;
  }
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
    tell(connection, event_of(H2ASSAY_EVENT_END, stream_id));
  return 0;
}

// --- Life ----------------------------------------------------------------------------------------

std::vector<nghttp2_settings_entry> entries(const h2assay_setting* settings, std::size_t count) {
  std::vector<nghttp2_settings_entry> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back({settings[i].id, settings[i].value});
  return all;
}

int submit_settings(Connection* connection, const h2assay_setting* settings, std::size_t count) {
  const auto all = entries(settings, count);
  return nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, all.data(), all.size());
}

nghttp2_option* new_option() {
  nghttp2_option* option = nullptr;
  if (nghttp2_option_new(&option) != 0) return nullptr;
  nghttp2_option_set_no_auto_window_update(option, 1);
  // Extensions that it knows: their formats are checked only when they are asked for.
  nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_ALTSVC);
  nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_ORIGIN);
  nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_PRIORITY_UPDATE);
  return option;
}

nghttp2_session* new_session(Connection* connection, bool client) {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, on_invalid_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_option* option = new_option();
  nghttp2_session* session = nullptr;
  if (option != nullptr) {
    const auto make = client ? nghttp2_session_client_new2 : nghttp2_session_server_new2;
    if (make(&session, callbacks, connection, option) != 0) session = nullptr;
  }
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  return session;
}

void destroy(Connection* connection) {
  if (connection == nullptr) return;
  nghttp2_session_del(connection->session);
  delete connection;
}

Connection* create(const h2assay_options* options) {
  auto* connection = new (std::nothrow) Connection;
  if (connection == nullptr) return nullptr;
  connection->session = new_session(connection, options->role == H2ASSAY_ROLE_CLIENT);
  if (connection->session != nullptr &&
      submit_settings(connection, options->settings, options->setting_count) == 0)
    return connection;
  destroy(connection);
  return nullptr;
}

int receive(Connection* connection, h2assay_octets octets, h2assay_tell tell, void* user) {
  // It would take them and do nothing: a GOAWAY has passed, and the last stream has ended.
  if (nghttp2_session_want_read(connection->session) == 0) return 1;
  connection->tell = tell;
  connection->user = user;
  const auto taken = nghttp2_session_mem_recv(connection->session, octets.data, octets.length);
  return taken == static_cast<ssize_t>(octets.length) ? 0 : 1;
}

h2assay_octets take_output(Connection* connection) {
  connection->output.clear();
  const std::uint8_t* octets = nullptr;
  for (ssize_t n = 0; (n = nghttp2_session_mem_send(connection->session, &octets)) > 0;)
    connection->output.insert(connection->output.end(), octets, octets + n);
  return {connection->output.data(), connection->output.size()};
}

// --- What is sent --------------------------------------------------------------------------------

std::vector<nghttp2_nv> pairs(const h2assay_field* fields, std::size_t count) {
  const auto mutable_octets = [](h2assay_octets octets) {
    return const_cast<std::uint8_t*>(octets.data);  // nghttp2 copies them
  };
  std::vector<nghttp2_nv> all;
  for (const h2assay_field* field = fields; field != fields + count; ++field)
    all.push_back({mutable_octets(field->name),
                   mutable_octets(field->value),
                   field->name.length,
                   field->value.length,
                   NGHTTP2_NV_FLAG_NONE});
  return all;
}

bool is_client(const Connection* connection) {
  return nghttp2_session_check_server_session(connection->session) == 0;
}

int send_headers(Connection* connection,
                 std::uint32_t stream_id,
                 const h2assay_field* fields,
                 std::size_t count,
                 int end_stream) {
  const auto id = static_cast<std::int32_t>(stream_id);
  const auto all = pairs(fields, count);
  const std::uint8_t flags = end_stream != 0 ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE;
  const bool opens =
      is_client(connection) && stream_id >= nghttp2_session_get_next_stream_id(connection->session);
  if (opens && nghttp2_session_set_next_stream_id(connection->session, id) != 0) return 1;
  const std::int32_t given = nghttp2_submit_headers(
      connection->session, flags, opens ? -1 : id, nullptr, all.data(), all.size(), nullptr);
  return given < 0 ? 1 : 0;
}

ssize_t read_content(nghttp2_session*,
                     std::int32_t stream_id,
                     std::uint8_t* out,
                     std::size_t room,
                     std::uint32_t* flags,
                     nghttp2_data_source*,
                     void* user) {
  Connection::Content& content = connection_of(user).content[stream_id];
  const std::size_t count = std::min(room, content.octets.size());
  std::copy_n(content.octets.data(), count, reinterpret_cast<char*>(out));
  content.octets.erase(0, count);
  if (content.octets.empty()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!content.end) *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    content.submitted = false;
  }
  return static_cast<ssize_t>(count);
}

int send_data(Connection* connection,
              std::uint32_t stream_id,
              h2assay_octets octets,
              int end_stream) {
  const auto id = static_cast<std::int32_t>(stream_id);
  Connection::Content& content = connection->content[id];
  if (content.end) return 1;
  if (!content.submitted) {
    const nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = read_content};
    if (nghttp2_submit_data(connection->session, NGHTTP2_FLAG_END_STREAM, id, &provider) != 0)
      return 1;
  }
  content.submitted = true;
  content.octets += text_of(octets.data, octets.length);
  content.end = end_stream != 0;
  return 0;
}

int push(Connection* connection,
         std::uint32_t stream_id,
         std::uint32_t promised_id,
         const h2assay_field* fields,
         std::size_t count) {
  const auto promised = static_cast<std::int32_t>(promised_id);
  if (nghttp2_session_set_next_stream_id(connection->session, promised) != 0) return 1;
  const auto all = pairs(fields, count);
  return nghttp2_submit_push_promise(connection->session,
                                     NGHTTP2_FLAG_NONE,
                                     static_cast<std::int32_t>(stream_id),
                                     all.data(),
                                     all.size(),
                                     nullptr) == promised
             ? 0
             : 1;
}

int reset(Connection* connection, std::uint32_t stream_id, std::uint32_t code) {
  return nghttp2_submit_rst_stream(
      connection->session, NGHTTP2_FLAG_NONE, static_cast<std::int32_t>(stream_id), code);
}

int ping(Connection* connection, const std::uint8_t* eight_octets) {
  return nghttp2_submit_ping(connection->session, NGHTTP2_FLAG_NONE, eight_octets);
}

int goaway(Connection* connection, std::uint32_t code) {
  const std::int32_t last = nghttp2_session_get_last_proc_stream_id(connection->session);
  if (code != NGHTTP2_NO_ERROR)
    return nghttp2_session_terminate_session2(connection->session, last, code);
  return nghttp2_submit_goaway(connection->session, NGHTTP2_FLAG_NONE, last, code, nullptr, 0);
}

int window(Connection* connection, std::uint32_t stream_id, std::uint32_t increment) {
  return nghttp2_submit_window_update(connection->session,
                                      NGHTTP2_FLAG_NONE,
                                      static_cast<std::int32_t>(stream_id),
                                      static_cast<std::int32_t>(increment));
}

constexpr h2assay_library kTable{.version = H2ASSAY_LIBRARY_VERSION,
                                 .name = "nghttp2",
                                 .release = NGHTTP2_VERSION,
                                 .create = create,
                                 .destroy = destroy,
                                 .receive = receive,
                                 .take_output = take_output,
                                 .send_headers = send_headers,
                                 .send_data = send_data,
                                 .push = push,
                                 .reset = reset,
                                 .ping = ping,
                                 .settings = submit_settings,
                                 .goaway = goaway,
                                 .window = window};

}  // namespace

const h2assay_library* h2assay_library_table(std::uint32_t version) {
  return version == H2ASSAY_LIBRARY_VERSION ? &kTable : nullptr;
}
