// Dev mode's first minute: two organisations with every kind of credential, made once per data
// folder, and the file that names them. For production nothing here runs.
#pragma once

#include <filesystem>

#include "main/service.hpp"

namespace limen::main {

// The two sample organisations, `demo` and `other`: every credential of each, as the credentials
// document shows them. Nothing but the desk decides what comes out, so transcripts make them too.
json::object make_organisations(onboard::Desk& desk);

// An owner who may sign in at the console of each of them: "console" in its credentials.
void make_console_owners(onboard::Desk& desk, json::object& organisations);

// An operator of the whole installation: its username and password.
json::object make_operator(onboard::Desk& desk);

// Makes the sample organisations and an operator of the installation unless `data` has them, and
// returns the credentials document with `base_url`. Throws std::runtime_error saying what to delete
// when `data` has them but their secrets are lost.
json::object dev_credentials(Service& service, const std::filesystem::path& data);

// First start of `limen serve`: an operator of the whole installation; its secret goes to
// <data>/operator.json (mode 0600), once. True when it was made now.
bool first_operator(Service& service, const std::filesystem::path& data);

// `limen serve --new-operator`: another operator of the whole installation in <data>/operator.json;
// every older one is revoked. How many those were.
std::size_t new_operator(Service& service, const std::filesystem::path& data);

}  // namespace limen::main
