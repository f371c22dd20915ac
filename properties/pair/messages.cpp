#include "properties/pair/messages.h"

#include <array>
#include <string>
#include <vector>

namespace h2assay::messages {

namespace {

// Built once and never changed; the texts outlive every view.
struct Library {
  std::vector<std::string> texts;
  std::vector<std::vector<Field>> requests;
  std::vector<std::vector<Field>> responses;
  std::vector<std::vector<Field>> interim;
  std::vector<std::vector<Field>> trailers;
  std::vector<std::vector<Field>> promised;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }

  static std::vector<Field> get(std::string_view method, std::string_view path) {
    return {
        {":method", method}, {":scheme", "http"}, {":authority", "example.org"}, {":path", path}};
  }

  // Many distinct fields: more than a table of 4096 octets holds.
  void add_many(std::vector<Field>& fields, std::size_t count, std::size_t length) {
    for (std::size_t i = 0; i < count; ++i)
      fields.push_back({keep("x-field-" + std::to_string(i)),
                        keep(std::string(length, static_cast<char>('a' + i % 26)))});
  }

  Library() {
    texts.reserve(512);  // views into short strings must not move
    requests = {get("GET", "/"),
                get("POST", "/echo"),
                get("POST", "/echo"),
                get("HEAD", "/"),
                get("GET", "/secret"),
                {{":method", "CONNECT"}, {":authority", "example.org:443"}},
                get("CONNECT", "/chat"),
                get("GET", "/many"),
                get("OPTIONS", "*"),
                get("GET", "/large-field"),
                get("GET", "/priority"),
                get("GET", "/continued")};
    requests[2].push_back({"content-length", "10"});
    for (const Field& field : std::array<Field, 6>{{{"cookie", "a=b"},
                                                    {"cookie", "c=d; e=f"},
                                                    {"authorization", "Basic c2VjcmV0", true},
                                                    {"x-token", "only the caller knows", true},
                                                    {"te", "trailers"},
                                                    {"x-empty", ""}}})
      requests[4].push_back(field);
    requests[6].insert(requests[6].begin() + 1, {":protocol", "websocket"});
    add_many(requests[7], 40, 90);
    requests[9].push_back({"x-large", keep(std::string(5000, 'L'))});
    requests[10].push_back({"priority", "u=1, i"});
    requests[11].push_back({"x-continued", keep(std::string(20000, '~'))});

    responses = {{{":status", "200"}},
                 {{":status", "200"}, {"content-length", "10"}},
                 {{":status", "204"}},
                 {{":status", "304"}, {"content-length", "1000"}},
                 {{":status", "404"}, {"content-type", "text/plain"}},
                 {{":status", "200"}, {"set-cookie", "id=1"}, {"set-cookie", "id=2"}},
                 {{":status", "200"}, {"server", "pair"}}};
    add_many(responses[6], 45, 80);
    interim = {{{":status", "103"}, {"link", "</style.css>; rel=preload"}},
               {{":status", "100"}},
               {{":status", "199"}, {"x-interim", "1"}}};
    trailers = {{{"x-checksum", "0"}}, {{"x-checksum", "1"}, {"x-note", ""}}, {}};
    promised = {get("GET", "/pushed"), get("HEAD", "/pushed"), get("GET", "/pushed-many")};
    add_many(promised[2], 10, 60);
  }
};

const Library& library() {
  static const Library value;
  return value;
}

Fields pick(const std::vector<std::vector<Field>>& lists, std::uint32_t index) {
  return lists[index % lists.size()];
}

}  // namespace

Fields request(std::uint32_t index) { return pick(library().requests, index); }

Fields response(std::uint32_t index) { return pick(library().responses, index); }

Fields interim(std::uint32_t index) { return pick(library().interim, index); }

Fields trailers(std::uint32_t index) { return pick(library().trailers, index); }

Fields promised_request(std::uint32_t index) { return pick(library().promised, index); }

}  // namespace h2assay::messages
