// API keys as s3's back end manages them: made with permissions, listed without secrets, taken
// away. It exists beside routes.cpp because an operator, not a key, is who may call it.
#pragma once

#include "doors/door.hpp"

namespace limen::doors::device {

Result<Response> post_key(const Request& request, Desk& desk);
Result<Response> get_keys(const Request& request, Desk& desk);
Result<Response> delete_key(const Request& request, Desk& desk);

}  // namespace limen::doors::device
