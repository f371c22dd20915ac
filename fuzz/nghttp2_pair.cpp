#include "fuzz/nghttp2_pair.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace h2assay::fuzz {

namespace {

struct End {
  nghttp2_session* session = nullptr;
  std::uint64_t frames = 0;
};

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto octets = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {octets(name), octets(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  ++static_cast<End*>(user)->frames;
  if (nghttp2_session_check_server_session(session) == 0) return 0;
  if (frame->hd.type != NGHTTP2_HEADERS || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
    return 0;
  const std::array response{field(":status", "200")};
  return nghttp2_submit_response(
      session, frame->hd.stream_id, response.data(), response.size(), nullptr);
}

void move(End& from, End& to) {
  const std::uint8_t* octets = nullptr;
  for (ssize_t n = 0; (n = nghttp2_session_mem_send(from.session, &octets)) > 0;)
    if (nghttp2_session_mem_recv(to.session, octets, static_cast<std::size_t>(n)) != n)
      std::abort();  // two sessions of one library that do not understand each other
}

}  // namespace

std::uint64_t run_nghttp2_pair(int requests) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  End client;
  End server;
  nghttp2_session_client_new(&client.session, callbacks, &client);
  nghttp2_session_server_new(&server.session, callbacks, &server);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(client.session, NGHTTP2_FLAG_NONE, nullptr, 0);
  nghttp2_submit_settings(server.session, NGHTTP2_FLAG_NONE, nullptr, 0);
  const std::array request{field(":method", "GET"),
                           field(":scheme", "http"),
                           field(":authority", "example.org"),
                           field(":path", "/")};
  for (int i = 0; i < requests; ++i)
    nghttp2_submit_request(
        client.session, nullptr, request.data(), request.size(), nullptr, nullptr);
  while (nghttp2_session_want_write(client.session) != 0 ||
         nghttp2_session_want_write(server.session) != 0) {
    move(client, server);
    move(server, client);
  }
  nghttp2_session_del(client.session);
  nghttp2_session_del(server.session);
  return client.frames + server.frames;
}

}  // namespace h2assay::fuzz
