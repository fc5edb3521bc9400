// The flows as data: which calls, in which order, and what each takes from the answers before it.
// One table per flow (flow.cpp); the driver knows none of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

// What all flows of one run share: the secrets of one organisation, read from the file that
// `limen dev` writes.
struct House {
  std::uint16_t port = 0;
  std::string oauth_id, oauth_secret, skills_id, app_key, skills_secret, api_key, reader_key;
  std::string basic;         // base64 of username:password
  std::string access_token;  // fetched once, as a back end does
  std::string run;           // drawn anew for each run: nobody is invited twice
  std::string picture;       // the bytes of each upload
  std::vector<std::pair<std::string, std::string>> people;  // code and address, for `lookup`
};

// What one flow remembers from call to call.
enum Slot : std::uint8_t { session, nonce, step, temp_token, own_token, slots };
struct Memory {
  std::array<std::string, slots> text;
  std::uint64_t number = 0;  // of this flow in the run
};

struct Call {
  std::string_view name;
  int status;    // the expected one; another is an error
  bool durable;  // its answer waits for the disk
  void (*write)(const House&, const Memory&, std::string& out);  // appends the request
  std::vector<std::pair<Slot, std::string_view>> keeps;          // JSON members of the answer
};

struct Flow {
  std::string_view name;
  std::vector<Call> calls;
};

const std::vector<Flow>& flows();

// The text of a member of Limen's JSON; these values never hold an escape. Empty when absent.
std::string_view member_of(std::string_view json, std::string_view name);

// A whole POST with a JSON body; `headers` are lines that end in CRLF.
void append_post(std::string& out, std::string_view path, std::string_view headers,
                 std::string_view body);

}  // namespace bench
