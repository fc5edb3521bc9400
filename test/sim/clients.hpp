// The clients: what they were told, and what they would ask next. A request is built from answers
// that arrived, as a real client would; which answer and which mistake is the event's choice. They
// know nothing of the store and nothing of what is right.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/history.hpp"

namespace limen::sim {

struct Exchange {
  Request request;
  Answer answer;
};

template <std::size_t N>
std::string one_of(const std::string_view (&list)[N], std::uint32_t choice) {
  return std::string(list[choice % N]);
}

// One choice in `n`.
inline bool is_odd_one(std::uint32_t choice, std::uint32_t n) { return choice % n == n - 1; }

class Clients {
 public:
  void forget();
  // An answer arrived.
  void learn(const Request& request, const Answer& answer);
  void asked(const Request& request) { asked_.push_back(request); }
  // The request of an event, or the one that must come before it when nobody has what it takes.
  std::optional<Request> request(Event event) const;

 private:
  const Exchange* pick(std::initializer_list<Verb> verbs, std::uint32_t choice) const;
  const Exchange* pick(const std::vector<std::size_t>& among, std::uint32_t choice) const;
  const Exchange* key(std::uint32_t choice) const { return pick({Verb::make_key}, choice); }
  // A key of that client; now and then somebody else's.
  std::string key_of(const std::string& client, std::uint32_t choice) const;
  std::string back_end(std::uint32_t choice) const;
  std::optional<Request> build(const Event& e) const;
  std::optional<Request> by_person(const Event& e, Request r) const;
  std::optional<Request> by_traveller(const Event& e, Request r) const;
  std::optional<Request> by_own(const Event& e, Request r) const;
  std::optional<Request> by_back_end(const Event& e, Request r) const;
  std::optional<Request> by_operator(const Event& e, Request r) const;
  std::optional<Request> by_device(const Event& e, Request r) const;
  std::optional<Request> look(const Event& e, Request r) const;
  // The text by which a phone, or who began it, walks that session; empty when nobody does.
  std::string walker(const std::string& session, bool is_phone) const;
  std::string step_wanted(const std::string& session, const std::string& skill) const;
  std::optional<Request> again(const Event& e) const;
  std::optional<Request> forge(const Event& e) const;
  std::optional<Request> guess(const Event& e) const;

  std::vector<Exchange> done_;
  std::array<std::vector<std::size_t>, verb_count> of_verb_;
  std::vector<std::size_t> nonces_, steps_, temp_tokens_;  // answers that hold one for further use
  std::vector<std::size_t> onward_;                        // answers that lead who was invited on
  std::vector<std::size_t> finished_;                      // what may have ended one's own session
  std::vector<Request> asked_;
};

}  // namespace limen::sim
