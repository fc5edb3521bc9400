// The table, and the one function that performs any row of it.
#include "main/operate.hpp"

#include <charconv>
#include <ostream>
#include <stdexcept>

#include "http/message.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"

namespace limen::main {
namespace {

constexpr Option organisation_query{"--organisation",
                                    "organisation",
                                    Shape::text,
                                    Place::query,
                                    false,
                                    "handle; only an operator of the whole installation names one"};
constexpr Option organisation_body{"--organisation",
                                   "organisation",
                                   Shape::text,
                                   Place::body,
                                   false,
                                   "handle; only an operator of the whole installation names one"};
constexpr Option limit{"--limit", "limit", Shape::integer, Place::query, false, "rows of a page"};
constexpr Option cursor{"--cursor",   "cursor", Shape::text,
                        Place::query, false,    "`next` of the page before"};

constexpr Option text_body(std::string_view flag, std::string_view member, bool is_required,
                           std::string_view help) {
  return {flag, member, Shape::text, Place::body, is_required, help};
}
constexpr Option texts_body(std::string_view flag, std::string_view member, bool is_required,
                            std::string_view help) {
  return {flag, member, Shape::texts, Place::body, is_required, help};
}
constexpr Option ttl{"--ttl",     "ttl", Shape::integer,
                     Place::body, false, "seconds until it ends; without it never"};

const std::vector<Command>& table() {
  static const std::vector<Command> rows = {
      {"organisation",
       "list",
       "every organisation",
       "GET",
       "/operator/v1/organisations",
       {limit, cursor}},
      {"organisation",
       "create",
       "a new organisation",
       "POST",
       "/operator/v1/organisations",
       {text_body("--name", "name", true, "as people read it"),
        text_body("--handle", "handle", true, "short name"),
        text_body("--prefix", "prefix", true, "of its onboarding codes, 2 to 4 letters"),
        texts_body("--skill", "skills", false, "a registered skill; may be repeated")}},
      {"organisation",
       "skills",
       "registers exactly these skills",
       "PATCH",
       "/operator/v1/organisations/{handle}",
       {texts_body("--skill", "skills", true, "a skill; may be repeated")}},
      {"client",
       "list",
       "clients without their secrets",
       "GET",
       "/operator/v1/clients",
       {organisation_query, limit, cursor}},
      {"client",
       "create",
       "a client with its secrets, shown once",
       "POST",
       "/operator/v1/clients",
       {organisation_body,
        text_body("--name", "name", true, "what you call it; the username of a Basic kind"),
        text_body("--kind", "kind", true, "oauth, skills, enrolment or operator"),
        texts_body("--permission", "scopes", false, "scope of an oauth client; may be repeated"),
        ttl}},
      {"client",
       "revoke",
       "a client with all its keys and tokens",
       "DELETE",
       "/operator/v1/clients/{id}",
       {organisation_query}},
      {"key",
       "list",
       "keys without their secrets",
       "GET",
       "/operator/v1/keys",
       {organisation_query, limit, cursor}},
      {"key",
       "create",
       "an API key, shown once",
       "POST",
       "/operator/v1/keys",
       {organisation_body, text_body("--name", "name", true, "what you call it"),
        texts_body("--permission", "permissions", true, "may be repeated"), ttl,
        text_body("--client", "client_id", false, "hangs below this client")}},
      {"key",
       "revoke",
       "a key with all that hangs below it",
       "DELETE",
       "/operator/v1/keys/{id}",
       {organisation_query}},
      {"key",
       "rotate-signing",
       "a new ES256 key; older ones verify until their tokens are over",
       "POST",
       "/operator/v1/signing-keys",
       {}},
      {"invitation",
       "list",
       "invitations, newest first",
       "GET",
       "/operator/v1/invitations",
       {organisation_query,
        limit,
        cursor,
        {"--state", "state", Shape::text, Place::query, false,
         "Issued, Used, Expired, Revoked or Locked"},
        {"--email", "email", Shape::text, Place::query, false, "address"}}},
      {"invitation",
       "create",
       "invites a person and queues the letter",
       "POST",
       "/operator/v1/invitations",
       {organisation_body, text_body("--email", "email", true, "address"),
        text_body("--first-name", "first_name", true, "given name"),
        text_body("--last-name", "last_name", true, "family name")}},
      {"invitation",
       "revoke",
       "ends an invitation",
       "DELETE",
       "/operator/v1/invitations/{id}",
       {organisation_query}},
      {"invitation",
       "resend",
       "sends the same code once more",
       "POST",
       "/operator/v1/invitations/{id}/resend",
       {organisation_query}},
      {"session",
       "list",
       "sessions, oldest first",
       "GET",
       "/operator/v1/sessions",
       {organisation_query,
        limit,
        cursor,
        {"--external-id", "externalId", Shape::text, Place::query, false,
         "as given at the start"}}},
      {"session",
       "show",
       "one session with steps, files and factors",
       "GET",
       "/operator/v1/sessions/{id}",
       {organisation_query}},
      {"session",
       "review",
       "a person's word on a completed session",
       "POST",
       "/operator/v1/sessions/{id}/review",
       {organisation_query, text_body("--verdict", "verdict", true, "approve or reject"),
        text_body("--reason", "reason", true, "kept with the result")}},
      {"skill",
       "list",
       "the catalogue, and what is registered",
       "GET",
       "/operator/v1/skills",
       {organisation_query}},
      {"outbox",
       "list",
       "letters",
       "GET",
       "/operator/v1/outbox",
       {organisation_query,
        limit,
        cursor,
        {"--state", "state", Shape::text, Place::query, false, "queued, sent or dead"}}},
      {"outbox",
       "retry",
       "queues a letter again",
       "POST",
       "/operator/v1/outbox/{id}/retry",
       {organisation_query}},
      {"alarm",
       "list",
       "secrets used twice, invitations locked",
       "GET",
       "/operator/v1/alarms",
       {organisation_query, limit, cursor}},
      {"backup", "create", "a consistent copy of the database", "POST", "/operator/v1/backups", {}},
  };
  return rows;
}

struct Operator {
  std::string base_url, username, password;
};

// operator.json of `serve`, or dev mode's file (its demo organisation's operator).
Operator read_operator(const std::filesystem::path& file) {
  const auto value = parse_json(read_file(file));
  if (!value || !value->is_object())
    throw std::runtime_error(file.string() + ": no credentials in it");
  const json::object& root = value->get_object();
  const json::object* at = &root;
  if (const auto* organisations = member(root, "organisations"))
    at = &organisations->at("demo").at("operator").as_object();
  return {std::string(text_member(root, "base_url")), std::string(text_member(*at, "username")),
          std::string(text_member(*at, "password"))};
}

json::value value_of(const Option& option, const std::vector<std::string>& given) {
  if (option.shape == Shape::texts) return json::value_from(given);
  if (option.shape == Shape::text) return json::value(given.front());
  std::int64_t number = 0;
  const std::string& text = given.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::runtime_error(std::string(option.flag) + " takes a whole number");
  return number;
}

Exchange exchange_for(const Command& command, const Given& given, const Operator& caller) {
  std::string path(command.path);
  if (const std::size_t open = path.find('{'); open != std::string::npos)
    path.replace(open, path.find('}') - open + 1, http::percent_encode(given.argument));
  json::object body;
  char separator = '?';
  for (const Option& option : command.options) {
    const auto values = given.values.find(option.flag);
    if (values == given.values.end() || values->second.empty()) continue;
    if (option.place == Place::body) {
      body[option.member] = value_of(option, values->second);
      continue;
    }
    path +=
        separator + std::string(option.member) + '=' + http::percent_encode(values->second.front());
    separator = '&';
  }
  Exchange exchange;
  exchange.method = std::string(command.method);
  exchange.url = caller.base_url + path;
  exchange.username = caller.username;
  exchange.password = caller.password;
  if (exchange.method == "POST" || exchange.method == "PATCH") {
    exchange.headers.emplace_back("Content-Type: application/json");
    exchange.body = json::serialize(body);
  }
  return exchange;
}

// For people: nested members indented, a list's items parted by an empty line.
void print(std::ostream& out, const json::value& value, const std::string& indent) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, inner] : *object) {
      const bool nests = (inner.is_object() && !inner.get_object().empty()) ||
                         (inner.is_array() && !inner.get_array().empty());
      out << indent << std::string_view(name) << ":";
      if (!nests) {
        out << ' ';
        print(out, inner, "");
        continue;
      }
      out << "\n";
      print(out, inner, indent + "  ");
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      print(out, item, indent);
      if (item.is_object()) out << "\n";
    }
    if (array->empty()) out << "(none)\n";
  } else if (const auto* text = value.if_string()) {
    out << indent << std::string_view(*text) << "\n";
  } else {
    out << indent << json::serialize(value) << "\n";
  }
}

}  // namespace

std::span<const Command> commands() { return table(); }

int operate(const Command& command, const Given& given, std::ostream& out, std::ostream& err) {
  try {
    const Answer answer = call(exchange_for(command, given, read_operator(given.credentials)));
    if (answer.status == 0) {
      err << "limen: no answer: " << answer.error << "\n";
      return exit_unavailable;
    }
    const bool is_done = answer.status < 300;
    std::ostream& to = is_done ? out : err;
    if (given.as_json) to << answer.body << (answer.body.empty() ? "" : "\n");
    else if (!answer.body.empty()) print(to, answer.json(), "");
    if (is_done) return exit_done;
    return answer.status >= 500 ? exit_unavailable : exit_refused;
  } catch (const std::exception& problem) {
    err << "limen: " << problem.what() << "\n";
    return exit_misuse;
  }
}

}  // namespace limen::main
