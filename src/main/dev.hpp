// Dev mode's first minute: two organisations with every kind of credential, made once per data
// folder, and the file that names them. For production nothing here runs.
#pragma once

#include <filesystem>

#include "main/service.hpp"

namespace limen::main {

// Makes the sample organisations unless `data` has them, and returns the credentials document with
// `base_url`.
json::object dev_credentials(Service& service, const std::filesystem::path& data);

// First start of `limen serve`: an operator of the whole installation; its secret goes to
// <data>/operator.json (mode 0600), once. True when it was made now.
bool first_operator(Service& service, const std::filesystem::path& data);

}  // namespace limen::main
