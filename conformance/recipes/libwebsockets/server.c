// libwebsockets over TLS: files below a folder, and POST to /echo answers once all of it has come.

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

static int say_ok(struct lws *wsi, const char *text, size_t octets) {
  unsigned char room[LWS_PRE + 512];
  unsigned char *start = room + LWS_PRE, *at = start, *end = room + sizeof room;
  if (lws_add_http_common_headers(wsi, HTTP_STATUS_OK, "text/plain", octets, &at, end)) return 1;
  if (lws_finalize_write_http_header(wsi, start, &at, end)) return 1;
  memcpy(start, text, octets);
  if (lws_write(wsi, start, octets, LWS_WRITE_HTTP_FINAL) != (int)octets) return 1;
  return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n) {
  switch (reason) {
    case LWS_CALLBACK_HTTP:
      // POST: the answer comes when the content is complete.
      if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_COLON_METHOD) == 4) return 0;
      return say_ok(wsi, "POST something\n", 15);
    case LWS_CALLBACK_HTTP_BODY:
      return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      return say_ok(wsi, "got it\n", 7);
    default:
      return lws_callback_http_dummy(wsi, reason, user, in, n);
  }
}

int main(int count, char **words) {
  if (count != 5) return 2;
  const struct lws_protocols protocols[] = {{"http", lws_callback_http_dummy, 0, 0},
                                            {"echo", echo, 0, 0},
                                            {NULL, NULL, 0, 0}};
  struct lws_protocol_vhost_options types = {NULL, NULL, "", "text/plain"};
  struct lws_http_mount dynamic = {.mountpoint = "/echo",
                                   .protocol = "echo",
                                   .origin_protocol = LWSMPRO_CALLBACK,
                                   .mountpoint_len = 5};
  struct lws_http_mount files = {.mount_next = &dynamic,
                                 .mountpoint = "/",
                                 .origin = words[4],
                                 .def = "index.html",
                                 .extra_mimetypes = &types,
                                 .origin_protocol = LWSMPRO_FILE,
                                 .mountpoint_len = 1};
  struct lws_context_creation_info info;
  memset(&info, 0, sizeof info);
  info.port = atoi(words[1]);
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.mounts = &files;
  info.ssl_cert_filepath = words[2];
  info.ssl_private_key_filepath = words[3];
  info.alpn = "h2";
  info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  lws_set_log_level(LLL_ERR, NULL);
  struct lws_context *context = lws_create_context(&info);
  if (context == NULL) return 1;
  while (lws_service(context, 0) >= 0) continue;
  lws_context_destroy(context);
  return 0;
}
