#pragma once
/* What a sans-I/O HTTP/2 library must offer so that h2assay can drive it: one table of functions,
 * in C, found by name in a shared object.  README.md says how to write one.
 *
 * Rules for all of it.
 *   - One thread calls; several connections live at a time, and share nothing.
 *   - Views (octets, fields, settings) live until the function returns, in either direction; only
 *     take_output gives a view that lives until the next call on the same connection.
 *   - The library answers by itself what needs no decision: SETTINGS and PING acknowledgements,
 *     RST_STREAM and GOAWAY for what the peer does wrong.  It sends WINDOW_UPDATE only when told to
 *     (`window`), so that windows depend on nothing but the conversation; a library that gives
 *     credit back for octets that it threw away may go on doing so.
 *   - A function that returns int returns 0 when it did what was asked; anything else means that it
 *     refused, and that nothing changed.
 */

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stddef.h>
#include <stdint.h>
#endif

/* Changes when the meaning or the layout of anything below does. */
#define H2ASSAY_LIBRARY_VERSION 1U

/* This header is C: its names are C's. */
/* NOLINTBEGIN(readability-identifier-naming,modernize-use-using) */

/* One connection.  What it is, is the library's affair. */
struct h2assay_connection;

enum h2assay_role { H2ASSAY_ROLE_CLIENT = 0, H2ASSAY_ROLE_SERVER = 1 };

/* May be empty, and then `data` may be null. */
struct h2assay_octets {
  const uint8_t* data;
  size_t length;
};

struct h2assay_field {
  struct h2assay_octets name;
  struct h2assay_octets value;
};

/* RFC 9113, Section 6.5.1. */
struct h2assay_setting {
  uint16_t id;
  uint32_t value;
};

struct h2assay_options {
  uint32_t role; /* enum h2assay_role */
  /* Of the first SETTINGS frame, in this order. */
  const struct h2assay_setting* settings;
  size_t setting_count;
};

/* What was accepted from the peer.  What is refused is not told: the RST_STREAM or GOAWAY that
 * answers it stands in the output. */
enum h2assay_event_kind {
  H2ASSAY_EVENT_REQUEST = 1,  /* stream_id, fields */
  H2ASSAY_EVENT_RESPONSE = 2, /* stream_id, fields: a final response */
  H2ASSAY_EVENT_INTERIM = 3,  /* stream_id, fields: a 1xx response */
  H2ASSAY_EVENT_TRAILERS = 4, /* stream_id, fields */
  H2ASSAY_EVENT_PROMISE = 5,  /* stream_id, other_id (the promised stream), fields */
  H2ASSAY_EVENT_DATA = 6,     /* stream_id, octets: without padding, in pieces of any size */
  H2ASSAY_EVENT_END = 7,      /* stream_id: END_STREAM, behind what it came with */
  H2ASSAY_EVENT_RESET = 8,    /* stream_id, code: the peer sent RST_STREAM */
  H2ASSAY_EVENT_PING_ACK = 9, /* octets: eight */
  H2ASSAY_EVENT_GOAWAY = 10   /* other_id (the last stream), code; no RESET follows from it */
};

/* Members that the kind does not name are 0.  Fields stand in the order of the block, pseudo-fields
 * included, cookie crumbs as they came. */
struct h2assay_event {
  uint32_t kind; /* enum h2assay_event_kind */
  uint32_t stream_id;
  uint32_t other_id;
  uint32_t code; /* RFC 9113, Section 7 */
  const struct h2assay_field* fields;
  size_t field_count;
  struct h2assay_octets octets;
};

/* Called by `receive`, in the order of the frames.  It makes no call on the connection. */
typedef void (*h2assay_tell)(void* user, const struct h2assay_event* event);

struct h2assay_library {
  uint32_t version;    /* H2ASSAY_LIBRARY_VERSION */
  const char* name;    /* "nghttp2": findings are kept by it */
  const char* release; /* "1.52.0" */

  /* A connection whose preface and first SETTINGS wait in the output; null: no memory. */
  struct h2assay_connection* (*create)(const struct h2assay_options* options);
  void (*destroy)(struct h2assay_connection* connection);

  /* Takes what came from the peer, in pieces of any size, and tells what happened.  Not 0: the
   * connection is over and takes no more octets; a GOAWAY, if there is one, is in the output. */
  int (*receive)(struct h2assay_connection* connection,
                 struct h2assay_octets octets,
                 h2assay_tell tell,
                 void* user);
  /* All that waits for the peer; it is gone from the connection. */
  struct h2assay_octets (*take_output)(struct h2assay_connection* connection);

  /* A request (client, new stream), response, interim response or trailers: the state of the
   * stream tells which. */
  int (*send_headers)(struct h2assay_connection* connection,
                      uint32_t stream_id,
                      const struct h2assay_field* fields,
                      size_t field_count,
                      int end_stream);
  /* Octets for which the windows have no room wait in the library and go when there is. */
  int (*send_data)(struct h2assay_connection* connection,
                   uint32_t stream_id,
                   struct h2assay_octets octets,
                   int end_stream);
  int (*push)(struct h2assay_connection* connection,
              uint32_t stream_id,
              uint32_t promised_id,
              const struct h2assay_field* fields,
              size_t field_count);
  int (*reset)(struct h2assay_connection* connection, uint32_t stream_id, uint32_t code);
  int (*ping)(struct h2assay_connection* connection, const uint8_t* eight_octets);
  int (*settings)(struct h2assay_connection* connection,
                  const struct h2assay_setting* settings,
                  size_t setting_count);
  /* GOAWAY that names the last stream that was taken.  Code 0: streams go on to their end. */
  int (*goaway)(struct h2assay_connection* connection, uint32_t code);
  /* WINDOW_UPDATE; stream_id 0: the connection's. */
  int (*window)(struct h2assay_connection* connection, uint32_t stream_id, uint32_t increment);
};

/* The one symbol that the shared object exports: the table, or null when it does not offer this
 * version. */
__attribute__((visibility("default"))) const struct h2assay_library* h2assay_library_table(
    uint32_t version);

/* NOLINTEND(readability-identifier-naming,modernize-use-using) */

#ifdef __cplusplus
}
#endif
