#include <cstring>
#include <memory>

#include <nghttp2/nghttp2.h>

#include "engine/bench/workload.h"

namespace h2assay::bench {

namespace {

constexpr std::size_t kStreams = 100;

std::uint8_t* octets(std::string_view text) {
  return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
}

nghttp2_nv constant(const FieldText& field) {
  return {octets(field.first),
          octets(field.second),
          field.first.size(),
          field.second.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

// What the callbacks count.
struct App {
  bool server = false;
  bool with_body = true;
  std::size_t text_octets = 0;
  std::size_t data_octets = 0;
  std::size_t done = 0;
  std::array<nghttp2_nv, 5> response{};
  std::array<std::uint8_t, kBodyOctets> content{};
};

int on_header(nghttp2_session*,
              const nghttp2_frame*,
              const std::uint8_t*,
              std::size_t name_octets,
              const std::uint8_t*,
              std::size_t value_octets,
              std::uint8_t,
              void* user) {
  static_cast<App*>(user)->text_octets += name_octets + value_octets;
  return 0;
}

ssize_t read_body(nghttp2_session*,
                  std::int32_t,
                  std::uint8_t* buffer,
                  std::size_t,
                  std::uint32_t* flags,
                  nghttp2_data_source* source,
                  void*) {
  std::memcpy(buffer, source->ptr, kBodyOctets);
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(kBodyOctets);
}

int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  App& app = *static_cast<App*>(user);
  const bool ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (!app.server || !ends) return 0;
  nghttp2_data_provider provider{};
  provider.source.ptr = app.content.data();
  provider.read_callback = read_body;
  ++app.done;
  return nghttp2_submit_response(session,
                                 frame->hd.stream_id,
                                 app.response.data(),
                                 app.response.size(),
                                 app.with_body ? &provider : nullptr);
}

int on_data(nghttp2_session*,
            std::uint8_t,
            std::int32_t,
            const std::uint8_t*,
            std::size_t count,
            void* user) {
  static_cast<App*>(user)->data_octets += count;
  return 0;
}

int on_close(nghttp2_session*, std::int32_t, std::uint32_t, void* user) {
  App& app = *static_cast<App*>(user);
  if (!app.server) ++app.done;
  return 0;
}

class Session {
 public:
  Session(bool server, bool with_body) {
    app_.server = server;
    app_.with_body = with_body;
    app_.content = body();
    for (std::size_t i = 0; i < kResponse.size(); ++i) app_.response[i] = constant(kResponse[i]);
    if (!with_body) app_.response.back() = constant(kNoContent);
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    if (server)
      nghttp2_session_server_new(&session_, callbacks, &app_);
    else
      nghttp2_session_client_new(&session_, callbacks, &app_);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry streams{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreamsMax};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &streams, server ? 1 : 0);
  }

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  ~Session() { nghttp2_session_del(session_); }

  nghttp2_session* get() { return session_; }

  App& app() { return app_; }

  void receive(const std::uint8_t* data, std::size_t size) {
    if (nghttp2_session_mem_recv(session_, data, size) != static_cast<ssize_t>(size))
      broken("nghttp2 refused octets");
  }

  std::size_t drain() {
    std::size_t sum = 0;
    const std::uint8_t* data = nullptr;
    for (ssize_t n = 0; (n = nghttp2_session_mem_send(session_, &data)) > 0;)
      sum += static_cast<std::size_t>(n);
    return sum;
  }

 private:
  App app_;
  nghttp2_session* session_ = nullptr;
};

// nghttp2's best case: each piece of output goes straight to the peer.
bool move(Session& from, Session& to) {
  bool any = false;
  const std::uint8_t* data = nullptr;
  for (ssize_t n = 0; (n = nghttp2_session_mem_send(from.get(), &data)) > 0; any = true)
    to.receive(data, static_cast<std::size_t>(n));
  return any;
}

void pump(Session& client, Session& server) {
  for (bool any = true; any;) {
    const bool up = move(client, server);
    const bool down = move(server, client);
    any = up || down;
  }
}

std::size_t w1(std::size_t rounds) {
  Session client(false, false);
  Session server(true, true);
  pump(client, server);
  std::array<nghttp2_nv, 8> request{};
  for (std::size_t i = 0; i < kRequest.size(); ++i) request[i] = constant(kRequest[i]);
  std::uint32_t number = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kStreams; ++i) {
      const Path path(number++);
      request[kPathIndex] = {octets(":path"),
                             octets(path.text()),
                             5,
                             path.text().size(),
                             NGHTTP2_NV_FLAG_NO_COPY_NAME};
      nghttp2_submit_request(
          client.get(), nullptr, request.data(), request.size(), nullptr, nullptr);
    }
    pump(client, server);
  }
  if (client.app().done != rounds * kStreams) broken("nghttp2 W1: not every request was answered");
  return client.app().done;
}

std::size_t w3_decode(const std::vector<Story>& stories) {
  std::size_t count = 0;
  for (const Story& story : stories) {
    nghttp2_hd_inflater* inflater = nullptr;
    nghttp2_hd_inflate_new(&inflater);
    for (const Story::Case& one : story.cases) {
      if (one.table_size != 0) nghttp2_hd_inflate_change_table_size(inflater, one.table_size);
      const std::uint8_t* in = one.wire.data();
      std::size_t left = one.wire.size();
      for (;;) {
        nghttp2_nv field{};
        int flags = 0;
        const ssize_t n = nghttp2_hd_inflate_hd2(inflater, &field, &flags, in, left, 1);
        if (n < 0) broken("nghttp2 W3: a block does not decode");
        in += n;
        left -= static_cast<std::size_t>(n);
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) ++count;
        if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
      }
      nghttp2_hd_inflate_end_headers(inflater);
    }
    nghttp2_hd_inflate_del(inflater);
  }
  return count;
}

std::size_t w3_encode(const std::vector<Story>& stories) {
  std::size_t sum = 0;
  std::vector<nghttp2_nv> list;
  std::vector<std::uint8_t> out;
  for (const Story& story : stories) {
    nghttp2_hd_deflater* deflater = nullptr;
    nghttp2_hd_deflate_new(&deflater, 4096);
    for (const Story::Case& one : story.cases) {
      list.clear();
      for (const auto& [name, value] : one.fields) list.push_back(constant({name, value}));
      out.resize(nghttp2_hd_deflate_bound(deflater, list.data(), list.size()));
      const ssize_t n =
          nghttp2_hd_deflate_hd(deflater, out.data(), out.size(), list.data(), list.size());
      if (n < 0) broken("nghttp2 W3: a list does not encode");
      sum += static_cast<std::size_t>(n);
    }
    nghttp2_hd_deflate_del(deflater);
  }
  return sum;
}

std::size_t w4(const std::vector<std::uint8_t>& in, std::size_t chunk) {
  Session server(true, false);
  server.drain();
  std::size_t before = 0;
  for (std::size_t at = 0; at < in.size(); at += chunk) {
    server.receive(in.data() + at, std::min(chunk, in.size() - at));
    if (server.app().done != before) server.drain();
    before = server.app().done;
  }
  return server.app().done;
}

std::size_t w5(const std::vector<std::uint8_t>& chunk, std::size_t n) {
  Session client(false, false);
  Session server(true, false);
  pump(client, server);
  for (std::size_t i = 0; i < n; ++i) {
    server.receive(chunk.data(), chunk.size());
    if (server.drain() != 1709) broken("nghttp2 W5: not every frame was answered");
  }
  return n * 101;
}

std::size_t w8(const std::vector<std::uint8_t>& in, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    Session server(true, false);
    server.drain();
    server.receive(in.data(), in.size());
    if (server.app().done != 1) broken("nghttp2 W8: the request was not answered");
    server.drain();
  }
  return n;
}

}  // namespace

Side nghttp2_side() { return {"nghttp2", w1, w3_decode, w3_encode, w4, w5, w8}; }

}  // namespace h2assay::bench
