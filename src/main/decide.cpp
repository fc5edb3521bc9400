// See decide.hpp. The server decides; here its answer becomes two columns, and its pages one list.
#include "main/decide.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>
#include <stdexcept>

#include "base/text.hpp"
#include "journey/rules.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"
#include "main/operate.hpp"

namespace limen::main {
namespace {

constexpr std::int64_t page_rows = 100;
constexpr std::array<std::string_view, 3> results = {"HIGH", "MEDIUM", "LOW"};

// What the server answers, one line of it: nothing in it steers a terminal.
std::string text_in(const json::object& object, std::string_view name) {
  const std::string text(text_member(object, name));
  return single_line(text);
}
const json::object& object_in(const json::object& object, std::string_view name) {
  const json::value* found = member(object, name);
  if (found == nullptr || !found->is_object()) throw std::runtime_error("no answer of decide");
  return found->get_object();
}
const json::array& list_in(const json::object& object, std::string_view name) {
  const json::value* found = member(object, name);
  if (found == nullptr || !found->is_array()) throw std::runtime_error("no answer of decide");
  return found->get_array();
}
std::int64_t number_in(const json::object& object, std::string_view name) {
  const json::value* found = member(object, name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

// Posts `body`; the answer, or the exit code of what became of it.
class Caller {
 public:
  Caller(const DecideOptions& options, std::ostream& err)
      : operator_(read_operator(options.credentials, options.as)), options_(options), err_(err) {}

  std::expected<json::object, int> post(std::string path, const json::object& body) const {
    if (!options_.organisation.empty())
      path += "?organisation=" + percent_encode(options_.organisation);
    const Answer answer = call({.method = "POST",
                                .url = operator_.base_url + path,
                                .headers = {"Content-Type: application/json"},
                                .body = json::serialize(body),
                                .username = operator_.username,
                                .password = operator_.password});
    const json::value value = answer.json();
    if (answer.status == 200 && value.is_object()) return value.get_object();
    if (answer.status == 0) err_ << "limen: no answer: " << answer.error << "\n";
    else if (options_.as_json) err_ << answer.body << "\n";
    else if (value.is_object()) err_ << "limen: " << why(value.get_object()) << "\n";
    else err_ << "limen: status " << answer.status << "\n";
    const bool is_ours = answer.status != 0 && answer.status < 500;
    return std::unexpected(is_ours ? exit_refused : exit_unavailable);
  }

 private:
  static std::string why(const json::object& refusal) {
    const std::string detail = text_in(refusal, "detail");
    return detail.empty() ? text_in(refusal, "title") : detail;
  }

  Operator operator_;
  const DecideOptions& options_;
  std::ostream& err_;
};

// "LOW", or with what it counts as: "LOW as MEDIUM".
std::string level_of(const json::object& side) {
  const std::string level = text_in(side, "level"), counts = text_in(side, "counts");
  if (level == counts) return level;
  return (level.empty() ? "(none)" : level) + " as " + counts;
}

std::string rules_of(const json::object& side) {
  return "rules " + text_in(side, "rulesVersion") + " (" +
         text_in(side, "rulesSha256").substr(0, 8) + ")";
}

void line(std::ostream& out, bool differs, std::string_view name, std::string_view before,
          std::string_view after) {
  out << (differs ? "* " : "  ") << std::left << std::setw(28) << name << std::setw(24) << before
      << after << "\n";
}

void print_session(const json::object& answer, std::ostream& out) {
  const json::object& before = object_in(answer, "before");
  const json::object& after = object_in(answer, "after");
  out << "Session " << text_in(answer, "id") << " of " << text_in(answer, "skill") << ", decided "
      << text_in(answer, "decidedAt") << "\n";
  line(out, false, "", rules_of(before), rules_of(after));
  const std::string was = text_in(before, "level"), is = text_in(after, "level");
  line(out, was != is, "result", was, is);
  for (const json::value& one : list_in(answer, "factors")) {
    const json::object& factor = one.as_object();
    const json::object &then = object_in(factor, "before"), &now = object_in(factor, "after");
    const bool differs = factor.at("differs").as_bool();
    line(out, differs, text_in(factor, "name"), level_of(then), level_of(now));
    const std::string said = text_in(then, "explanation"), says = text_in(now, "explanation");
    if (!differs) continue;
    if (!said.empty()) out << "      was: " << said << "\n";
    if (said != says && !says.empty()) out << "      is:  " << says << "\n";
  }
  out << (answer.at("differs").as_bool() ? "What differs is marked.\n" : "Nothing differs.\n");
}

struct Totals {
  std::int64_t seen = 0, undecided = 0, unrepeatable = 0;
  std::array<std::array<std::int64_t, 3>, 3> moved{};  // from which result to which

  void add(const json::object& page) {
    seen += number_in(page, "seen");
    undecided += number_in(page, "undecided");
    unrepeatable += number_in(page, "unrepeatable");
    for (const json::value& one : list_in(page, "levels")) {
      const auto place = [&](std::string_view name) {
        const auto* found = std::ranges::find(results, text_in(one.as_object(), name));
        return static_cast<std::size_t>(found - results.begin());
      };
      moved.at(place("before")).at(place("after")) += number_in(one.as_object(), "sessions");
    }
  }
};

void print_change(const json::object& change, bool as_json, std::ostream& out) {
  if (as_json) {
    out << json::serialize(change) << "\n";
    return;
  }
  std::string factors;
  for (const json::value& factor : list_in(change, "factors"))
    factors += (factors.empty() ? "" : ", ") + single_line(std::string(factor.as_string()));
  out << text_in(change, "id") << "  " << text_in(change, "decidedAt") << "  "
      << text_in(change, "before") << " -> " << text_in(change, "after") << "  " << factors << "\n";
}

void print_totals(const Totals& totals, bool as_json, std::ostream& out) {
  json::array levels;
  std::int64_t again = 0, moved = 0;
  if (!as_json) out << "before  after   sessions\n";
  for (std::size_t before = 0; before < results.size(); ++before) {
    for (std::size_t after = 0; after < results.size(); ++after) {
      const std::int64_t count = totals.moved[before][after];
      again += count;
      moved += before == after ? 0 : count;
      if (count == 0) continue;
      levels.push_back(json::object{{"before", json::string(results[before])},
                                    {"after", json::string(results[after])},
                                    {"sessions", count}});
      if (!as_json)
        out << std::left << std::setw(8) << results[before] << std::setw(8) << results[after]
            << std::right << std::setw(8) << count << "\n";
    }
  }
  if (as_json)
    out << json::serialize(json::object{{"seen", totals.seen},
                                        {"undecided", totals.undecided},
                                        {"unrepeatable", totals.unrepeatable},
                                        {"levels", std::move(levels)}})
        << "\n";
  else
    out << again << " decided again, " << moved << " with another result; " << totals.undecided
        << " not completed, " << totals.unrepeatable << " cannot be decided again\n";
}

int try_rules(const DecideOptions& options, const Caller& caller, json::object body,
              std::ostream& out) {
  body["skill"] = options.skill;
  if (!options.from.empty()) body["from"] = options.from;
  if (!options.to.empty()) body["to"] = options.to;
  Totals totals;
  while (options.limit == 0 || totals.seen < options.limit) {
    const std::int64_t left = options.limit == 0 ? page_rows : options.limit - totals.seen;
    body["limit"] = std::min(page_rows, left);
    const auto page = caller.post("/operator/v1/decide", body);
    if (!page) return page.error();
    for (const json::value& change : list_in(*page, "changes"))
      print_change(change.as_object(), options.as_json, out);
    out.flush();
    totals.add(*page);
    const std::string next = text_in(*page, "next");
    if (next.empty()) break;
    body["cursor"] = next;
  }
  print_totals(totals, options.as_json, out);
  return exit_done;
}

// The text of the file, when it is rules; its errors are named as the file calls its lines.
std::expected<std::string, int> read_rules_file(const std::filesystem::path& file,
                                                std::ostream& err) {
  std::string text = read_file(file);
  const journey::RulesFile read = journey::read_rules(text, file.string());
  for (const journey::FileError& error : read.errors) err << journey::to_string(error) << "\n";
  if (!read.errors.empty()) return std::unexpected(exit_refused);
  return text;
}

int run(const DecideOptions& options, std::ostream& out, std::ostream& err) {
  json::object body;
  if (!options.rules.empty()) {
    const auto text = read_rules_file(options.rules, err);
    if (!text) return text.error();
    body["rules"] = *text;
  }
  const Caller caller(options, err);
  if (!options.skill.empty()) return try_rules(options, caller, std::move(body), out);
  const auto answer =
      caller.post("/operator/v1/sessions/" + percent_encode(options.session) + "/decide", body);
  if (!answer) return answer.error();
  if (options.as_json) out << json::serialize(*answer) << "\n";
  else print_session(*answer, out);
  return exit_done;
}

}  // namespace

int decide(const DecideOptions& options, std::ostream& out, std::ostream& err) {
  if (options.session.empty() == options.skill.empty()) {
    err << "limen: decide takes --session ID or --skill NAME\n";
    return exit_misuse;
  }
  if (!options.session.empty() &&
      (!options.from.empty() || !options.to.empty() || options.limit != 0)) {
    err << "limen: --since, --until and --limit go with --skill\n";
    return exit_misuse;
  }
  try {
    return run(options, out, err);
  } catch (const std::exception& problem) {
    err << "limen: " << problem.what() << "\n";
    return exit_misuse;
  }
}

}  // namespace limen::main
