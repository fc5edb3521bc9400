// The one function that performs any row of the table.
#include "main/operate.hpp"
#include "base/text.hpp"

#include <charconv>
#include <ostream>
#include <stdexcept>

#include "http/message.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"

namespace limen::main {
namespace {

json::value value_of(const Option& option, const std::vector<std::string>& given) {
  if (option.shape == Shape::texts) return json::value_from(given);
  if (option.shape == Shape::text) return json::value(given.front());
  if (option.shape == Shape::secret_file) {
    const std::string text = read_file(given.front());
    return json::value(text.substr(0, text.find_first_of("\r\n")));
  }
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
    path.replace(open, path.find('}') - open + 1, percent_encode(given.argument));
  json::object body;
  char separator = '?';
  for (const Option& option : command.options) {
    const auto values = given.values.find(option.flag);
    if (values == given.values.end() || values->second.empty()) continue;
    if (option.place == Place::body) {
      body[option.member] = value_of(option, values->second);
      continue;
    }
    path += separator + std::string(option.member) + '=' + percent_encode(values->second.front());
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
    if (object->empty()) out << indent << "(none)\n";
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      print(out, item, indent);
      if (item.is_object()) out << "\n";
    }
    if (array->empty()) out << indent << "(none)\n";
  } else if (const auto* text = value.if_string()) {
    out << indent << std::string_view(*text) << "\n";
  } else {
    out << indent << json::serialize(value) << "\n";
  }
}

// The server names members; who types a command knows its options.
void name_options(std::ostream& err, const Command& command, const json::value& refusal) {
  const std::string words = json::serialize(refusal);
  for (const Option& option : command.options) {
    const bool is_meant = words.find("\"" + std::string(option.member) + "\"") != words.npos;
    if (is_meant && option.flag.substr(2) != option.member)
      err << "limen: " << option.member << " is given by " << option.flag << ": " << option.help
          << "\n";
  }
}

}  // namespace

Operator read_operator(const std::filesystem::path& file, const std::string& as) {
  const auto no_operator = [&](const std::string& why) {
    return std::runtime_error(file.string() + ": " + why);
  };
  const auto value = parse_json(read_file(file));
  if (!value || !value->is_object()) throw no_operator("no credentials in it");
  const json::object& root = value->get_object();
  const auto inner = [&](const json::object* of, std::string_view name) {
    const json::value* found = of == nullptr ? nullptr : member(*of, name);
    return found == nullptr ? nullptr : found->if_object();
  };
  const json::object* at = &root;
  if (const json::object* organisations = inner(&root, "organisations"))
    at = as == "installation" ? inner(&root, "installation_operator")
                              : inner(inner(organisations, as), "operator");
  if (at == nullptr) throw no_operator("no operator of " + as + " in it");
  Operator found{std::string(text_member(root, "base_url")),
                 std::string(text_member(*at, "username")),
                 std::string(text_member(*at, "password"))};
  if (found.base_url.empty() || found.username.empty())
    throw no_operator("base_url, username and password are not all in it");
  return found;
}

int operate(const Command& command, const Given& given, std::ostream& out, std::ostream& err) {
  try {
    const Answer answer =
        call(exchange_for(command, given, read_operator(given.credentials, given.as)));
    if (answer.status == 0) {
      err << "limen: no answer: " << answer.error << "\n";
      return exit_unavailable;
    }
    const bool is_done = answer.status < 300;
    std::ostream& to = is_done ? out : err;
    if (given.as_json) to << answer.body << (answer.body.empty() ? "" : "\n");
    else if (!answer.body.empty()) print(to, answer.json(), "");
    if (is_done) return exit_done;
    if (answer.status == 400 && !given.as_json) name_options(err, command, answer.json());
    return answer.status >= 500 ? exit_unavailable : exit_refused;
  } catch (const std::exception& problem) {
    err << "limen: " << problem.what() << "\n";
    return exit_misuse;
  }
}

}  // namespace limen::main
