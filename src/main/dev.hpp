// Dev mode's first minute: two organisations with every kind of credential, made once per data
// folder, and the file that names them. For production nothing here runs.
#pragma once

#include <filesystem>

#include "main/service.hpp"

namespace limen::main {

// The two sample organisations, `demo` and `other`: every credential of each, as the credentials
// document shows them. Nothing but the desk decides what comes out, so transcripts make them too.
json::object make_organisations(onboard::Desk& desk);

// An operator of the whole installation: its username and password.
json::object make_operator(onboard::Desk& desk);

// Makes the sample organisations unless `data` has them, and returns the credentials document with
// `base_url`.
json::object dev_credentials(Service& service, const std::filesystem::path& data);

// First start of `limen serve`: an operator of the whole installation; its secret goes to
// <data>/operator.json (mode 0600), once. True when it was made now.
bool first_operator(Service& service, const std::filesystem::path& data);

}  // namespace limen::main
