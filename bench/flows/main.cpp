// flows: load by whole flows, with latency percentiles, as JSON on standard output.
//   flows FLOW CREDENTIALS [--connections N] [--seconds S] [--warm-up S] [--rate FLOWS_A_SECOND]
//         [--hold S] [--picture FILE] [--people FILE]
// FLOW is token, onboarding, lookup, session, device or enrolment; CREDENTIALS is the file that
// `limen dev --credentials FILE` writes. Exit 0: every answer was the expected one; 1: not; 2: the
// command line or the server's first answer was not usable. It judges no figure: bench/run does.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "driver.hpp"
#include "link.hpp"

namespace {

namespace json = limen::json;
using bench::Histogram;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string text_at(const json::value& in, std::initializer_list<std::string_view> path) {
  const json::value* at = &in;
  for (const auto name : path) at = &at->as_object().at(name);
  return std::string(at->as_string());
}

// One call outside the measurement.
std::string access_token(const bench::House& house) {
  bench::Link link;
  link.open(house.port);
  bench::flows().front().calls.front().write(house, {}, link.request());
  bench::Answer answer;
  bench::Got got = bench::Got::nothing;
  if (!link.send()) throw std::runtime_error("no connection");
  for (int wait = 0; got == bench::Got::nothing && wait < 5000; ++wait) {
    got = link.receive(answer);
    if (got == bench::Got::nothing) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  const auto token = bench::member_of(answer.body, "access_token");
  if (got != bench::Got::answer || token.empty()) throw std::runtime_error("no access token");
  return std::string(token);
}

bench::House house_of(const std::string& credentials) {
  const auto parsed = limen::parse_json(read_file(credentials));
  if (!parsed) throw std::runtime_error(credentials + " is no JSON");
  const json::value& demo = parsed->at("organisations").at("demo");
  bench::House house;
  const std::string url = text_at(*parsed, {"base_url"});
  house.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  house.oauth_id = text_at(demo, {"oauth", "client_id"});
  house.oauth_secret = text_at(demo, {"oauth", "client_secret"});
  house.skills_id = text_at(demo, {"skills", "client_id"});
  house.app_key = text_at(demo, {"skills", "client_app_key"});
  house.skills_secret = text_at(demo, {"skills", "client_secret"});
  house.api_key = text_at(demo, {"device", "api_key"});
  house.reader_key = text_at(demo, {"device", "api_key_reader"});
  house.basic = limen::base64(limen::as_bytes(text_at(demo, {"enrolment", "username"}) + ":" +
                                              text_at(demo, {"enrolment", "password"})));
  std::random_device random;
  char run[24];
  std::snprintf(run, sizeof run, "%08x%08x", random(), random());
  house.run = run;
  house.access_token = access_token(house);
  return house;
}

// Lines "CODE ADDRESS".
void read_people(const std::string& path, bench::House& house) {
  std::istringstream lines(read_file(path));
  std::string code, email;
  while (lines >> code >> email) house.people.emplace_back(code, email);
}

double milliseconds(std::uint64_t ns) { return static_cast<double>(ns / 1000) / 1000; }

json::object percentiles(const Histogram& h) {
  return {{"p50", milliseconds(h.at(0.5))},
          {"p90", milliseconds(h.at(0.9))},
          {"p99", milliseconds(h.at(0.99))},
          {"p99.9", milliseconds(h.at(0.999))},
          {"max", milliseconds(h.most())}};
}

json::object report(const bench::Flow& flow, const bench::Plan& plan, const bench::Outcome& out) {
  const double seconds = std::max(out.seconds, 1e-9);
  std::size_t durable = 0;
  json::array calls;
  for (std::size_t i = 0; i < flow.calls.size(); ++i) {
    durable += flow.calls[i].durable ? 1 : 0;
    calls.push_back(json::object{{"name", flow.calls[i].name},
                                 {"durable", flow.calls[i].durable},
                                 {"ms", percentiles(out.calls[i])}});
  }
  json::array by_second;
  for (const auto& part : out.by_second)
    if (part.flows > 0)
      by_second.push_back(json::object{{"flows", part.flows}, {"ms", percentiles(part.took)}});
  const double rate = static_cast<double>(out.flow.total()) / seconds;
  return {{"flow", flow.name},
          {"loop", plan.rate > 0 ? "open" : "closed"},
          {"connections", plan.connections},
          {"asked_rate", plan.rate},
          {"seconds", out.seconds},
          {"flows", out.flow.total()},
          {"flows_per_second", rate},
          {"durable_requests_per_second", rate * static_cast<double>(durable)},
          {"requests_per_second", rate * static_cast<double>(flow.calls.size())},
          {"ms", percentiles(out.flow)},
          {"calls", calls},
          {"by_second", by_second},
          {"errors", out.errors},
          {"unserved", out.unserved},
          {"first_error", out.first_error}};
}

int run(const std::vector<std::string>& words) {
  bench::Plan plan;
  std::string picture, people;
  const std::map<std::string, double*> numbers = {{"--seconds", &plan.seconds},
                                                  {"--warm-up", &plan.warm_up},
                                                  {"--rate", &plan.rate},
                                                  {"--hold", &plan.hold}};
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    const std::string& name = words[i];
    const std::string& value = words[i + 1];
    if (const auto it = numbers.find(name); it != numbers.end()) *it->second = std::stod(value);
    else if (name == "--connections") plan.connections = std::stoul(value);
    else if (name == "--picture") picture = value;
    else if (name == "--people") people = value;
    else throw std::runtime_error("unknown option " + name);
  }
  const auto& table = bench::flows();
  const auto flow = std::find_if(table.begin(), table.end(),
                                 [&](const auto& row) { return row.name == words[0]; });
  if (flow == table.end() || words.size() % 2 != 0)
    throw std::runtime_error("usage: flows FLOW CREDENTIALS [--option value]…");
  bench::House house = house_of(words[1]);
  if (!picture.empty()) house.picture = read_file(picture);
  if (!people.empty()) read_people(people, house);
  if (flow->name == "lookup" && house.people.empty())
    throw std::runtime_error("lookup needs --people FILE");
  const bench::Outcome outcome = bench::drive(*flow, house, plan);
  std::cout << json::serialize(report(*flow, plan, outcome)) << "\n";
  return outcome.errors + outcome.unserved == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2)
      throw std::runtime_error("usage: flows FLOW CREDENTIALS [--option value]…");
    return run(words);
  } catch (const std::exception& problem) {
    std::cerr << "flows: " << problem.what() << "\n";
    return 2;
  }
}
