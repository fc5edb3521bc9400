// Selective disclosure (RFC 9901, SD-JWT): in what is signed stands a salted digest in the place of
// a value, and beside it travels a disclosure, the text of salt, name and value. Whoever has a
// disclosure can show that value and no other; without its salt a digest tells nothing, however few
// values there may be. It exists so that a receipt can be shown in parts and outlives the data it
// speaks of. It signs nothing (jwt.hpp) and does not know what a claim means.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "seal/digest.hpp"

namespace limen::seal {

// Makes digests and their disclosures. Each salt is 128 bits derived from the seed, the place of
// the value and the value, so the same seed gives the same texts, no salt ever belongs to two
// values, one salt tells no other, and who does not have the seed can compute none. A value may
// hold digests itself (RFC 9901 section 4.2.6): then not even their number is seen until it is
// opened.
class Discloser {
 public:
  using Members = std::vector<std::pair<std::string, json::value>>;

  explicit Discloser(const Digest& seed) : seed_(seed) {}
  // {"_sd":[digests]} in the place of these members of the object at `place`; {} when there are
  // none. Sorted, so that the order tells nothing (RFC 9901 section 4.2.4.1). No member may be
  // called _sd, _sd_alg or "...".
  json::object members(const std::string& place, Members hidden);
  // {"...":digest} in the place of an element of an array; `place` names the element.
  json::object element(const std::string& place, json::value hidden);

  std::vector<std::string> take() { return std::move(made_); }

 private:
  std::string digest_of(json::array disclosure);
  std::string salt(const std::string& place, const json::value& value) const;

  Hmac seed_;
  std::vector<std::string> made_;
};

struct Opened {
  json::object claims;  // disclosed values in their places, without _sd, "..." and _sd_alg
  std::size_t opened = 0, closed = 0;  // digests whose value is there, and the others
};
// RFC 9901 section 7.1, on a payload whose signature was verified. The reason when it must be
// refused, with no word of what was given: a disclosure that is none, belongs to no digest or to
// two, or is of the wrong kind for its place; a digest algorithm other than SHA-256.
std::expected<Opened, std::string> open_disclosures(const json::object& payload,
                                                    std::span<const std::string> disclosures);

}  // namespace limen::seal
