// How a client authenticates at OAuth's endpoints: by exactly one method, read from the header or
// the body. It exists apart from the routes because three endpoints share it and it needs no store.
// Whether the client is believed is onboard/access.hpp.
#pragma once

#include "doors/door.hpp"

namespace limen::doors {

// Parameters of a body, each at most once (RFC 6749 section 3.2), and the client they came from.
struct ClientRequest {
  TextFields fields;
  std::string client_id;
  std::string client_secret;
};

// The parameters; malformed_request for one sent twice, wrong_media_type for neither JSON nor form.
Result<TextFields> read_parameters(const Request& request);
// Refuses with malformed_request for two methods at once, invalid_client for none or a broken one.
Result<ClientRequest> read_client(const Request& request, TextFields fields);

}  // namespace limen::doors
