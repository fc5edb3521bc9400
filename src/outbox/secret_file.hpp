// A secret from a file of one line that not everybody on the machine may read.
#pragma once

#include <string>

#include "base/result.hpp"
#include "seal/secret.hpp"

namespace limen::outbox {

// Refuses with invalid_field, naming `field`.
Result<seal::Secret> read_secret_file(const std::string& path, const std::string& field);

}  // namespace limen::outbox
