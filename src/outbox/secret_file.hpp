// A secret from a file of one line that not everybody on the machine may read; of two while it is
// changed, where the other side of it can have two.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "seal/secret.hpp"

namespace limen::outbox {

// Refuses with invalid_field, naming `field`.
Result<seal::Secret> read_secret_file(const std::string& path, const std::string& field);
// The second is empty where there is one line. A third line is refused.
Result<std::pair<seal::Secret, seal::Secret>> read_secrets_file(const std::string& path,
                                                                const std::string& field);

}  // namespace limen::outbox
