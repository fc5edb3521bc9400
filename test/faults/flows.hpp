// The fourteen main flows, walked in a House, and what each answer promised: a fact that must hold
// from then on, whatever fails later. It exists so that the loops of failing calls and the power
// cuts judge the same flows by the same facts. It breaks nothing itself.
#pragma once

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "transcripts/house.hpp"

namespace limen::faults {

using transcripts::House;

// A promise was not kept; what() says which.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// An outage whose repetition said that it had been done; the answer of the first is lost.
struct Settled {};

struct Said {
  int status = 0;
  std::string body;
  std::string text(std::string_view member) const;  // of the JSON body; empty when not there
};

struct Question {
  std::string method, path, body{}, auth{};  // Authorization, or "Cookie: …"
  std::string type = "application/json";
};

class Visitor;
struct Fact {
  std::string what;
  std::function<void(Visitor&)> check;  // throws Broken
  std::size_t since = 0;
  std::size_t until = std::numeric_limits<std::size_t>::max();
  bool moves_clock = false;  // its check does: it comes after those whose time is not over
};

class Visitor {
 public:
  // `moment` dates facts; `first` numbers the people, so that two visitors invite different ones.
  explicit Visitor(House& house, std::function<std::size_t()> moment = {}, int first = 0)
      : house_(house), moment_(std::move(moment)), number_(first) {}

  // Called around everything the house does for an answer: true before, false after.
  void around(std::function<void(bool)> call) { around_ = std::move(call); }

  Said send(const Question& question);
  // Must end in one of `wanted`. An outage (5xx or no answer) is asked again a second later, word
  // for word; one of `done` says then that the first was done after all. Throws Broken and Settled.
  Said ask(const Question& question, std::vector<int> wanted, std::vector<int> done = {});

  // From now on `check` holds; the result is for end().
  std::size_t promise(std::string what, std::function<void(Visitor&)> check);
  // Called before anything is asked that ends the promise.
  void end(std::size_t fact) { facts_[fact].until = now(); }

  std::vector<Fact>& facts() { return facts_; }
  int outages() const { return outages_; }
  House& house() { return house_; }
  std::string next_email() { return "p" + std::to_string(++number_) + "@example.com"; }
  std::string next_uuid();
  std::string of(std::string_view path) const;  // a credential: "demo.skills.client_id"
  std::string basic(const std::string& who, const char* user, const char* password) const;
  std::string bearer();  // a fresh access token of demo.oauth

 private:
  std::size_t now() const { return moment_ ? moment_() : 0; }

  House& house_;
  std::function<std::size_t()> moment_;
  std::function<void(bool)> around_;
  int number_;
  int outages_ = 0;
  std::vector<Fact> facts_;
};

struct Flow {
  const char* name;
  void (*walk)(Visitor&);
};
const std::vector<Flow>& flows();

}  // namespace limen::faults
