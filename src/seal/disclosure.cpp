// See disclosure.hpp. A digest is over the disclosure's base64url text, so nothing has to be
// written twice in the same spelling (RFC 9901 section 4.2.3).
#include "seal/disclosure.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace limen::seal {
namespace {

constexpr std::string_view digests_member = "_sd", digest_element = "...",
                           algorithm_member = "_sd_alg", algorithm = "sha-256";
constexpr std::size_t salt_bytes = 16;

bool is_reserved(std::string_view name) {
  return name == digests_member || name == digest_element || name == algorithm_member;
}

struct Disclosure {
  std::optional<std::string> name;  // none: an element of an array
  json::value value;
  bool is_used = false;
};

// [salt, name, value] or [salt, value].
std::optional<Disclosure> read_disclosure(std::string_view text) {
  const auto bytes = from_base64url(text);
  auto parsed = bytes ? parse_json(as_text(*bytes)) : Result<json::value>(json::value());
  json::array* parts = parsed ? parsed->if_array() : nullptr;
  if (parts == nullptr || parts->size() < 2 || parts->size() > 3 || !(*parts)[0].is_string())
    return std::nullopt;
  Disclosure out{std::nullopt, std::move(parts->back())};
  if (parts->size() == 2) return out;
  if (!(*parts)[1].is_string() || is_reserved((*parts)[1].get_string())) return std::nullopt;
  out.name = std::string((*parts)[1].get_string());
  return out;
}

// Walks the payload and puts values where their digests stand. The first thing that is wrong stays
// in `wrong`.
class Opener {
 public:
  explicit Opener(std::span<const std::string> disclosures) {
    for (std::size_t i = 0; i < disclosures.size(); ++i) {
      const std::string& text = disclosures[i];
      auto one = read_disclosure(text);
      if (!one) refuse("number " + std::to_string(i + 1) + " is no disclosure");
      else if (!by_digest_.emplace(base64url(sha256(text)), std::move(*one)).second)
        refuse("a disclosure is given twice");
    }
  }

  json::value walk(const json::value& from, std::size_t depth) {
    if (depth > limits::json_depth) refuse("nested too deep");
    if (!wrong.empty()) return nullptr;
    if (const json::array* array = from.if_array()) return elements(*array, depth);
    const json::object* object = from.if_object();
    return object == nullptr ? from : json::value(members(*object, depth));
  }

  json::object members(const json::object& from, std::size_t depth) {
    json::object out;
    for (const auto& [name, value] : from) {
      if (name == digest_element) refuse("a digest of an element stands in no array");
      const bool is_ours = name == digests_member || (depth == 0 && name == algorithm_member);
      if (!is_ours) out.emplace(name, walk(value, depth + 1));
    }
    const json::value* digests = member(from, digests_member);
    if (digests == nullptr) return out;
    if (!digests->is_array()) refuse("_sd is no array");
    else
      for (const json::value& digest : digests->get_array()) open_member(out, digest, depth);
    return out;
  }

  // Disclosures nobody asked for (RFC 9901 section 7.1, step 5).
  void check_rest() {
    for (const auto& [digest, one] : by_digest_)
      if (!one.is_used) refuse("a disclosure belongs to no digest of what was signed");
  }

  std::string wrong;
  std::size_t opened = 0, closed = 0;

 private:
  void refuse(std::string why) {
    if (wrong.empty()) wrong = std::move(why);
  }

  // The disclosure of that digest, used now; nullptr when it is not there.
  Disclosure* take(const json::value& digest, bool has_name) {
    if (!digest.is_string()) {
      refuse("a digest is no text");
      return nullptr;
    }
    const std::string text(digest.get_string());
    if (!seen_.insert(text).second) refuse("a digest stands in two places");
    const auto found = by_digest_.find(text);
    if (found == by_digest_.end()) {
      ++closed;
      return nullptr;
    }
    if (found->second.name.has_value() != has_name)
      refuse("a disclosure is of the wrong kind for its place");
    if (!wrong.empty()) return nullptr;
    found->second.is_used = true;
    ++opened;
    return &found->second;
  }

  void open_member(json::object& out, const json::value& digest, std::size_t depth) {
    Disclosure* one = take(digest, true);
    if (one == nullptr) return;
    if (out.contains(*one->name)) return refuse("a disclosure names a member that is there");
    out.emplace(*one->name, walk(one->value, depth + 1));
  }

  json::array elements(const json::array& from, std::size_t depth) {
    json::array out;
    for (const json::value& value : from) {
      const json::object* object = value.if_object();
      const json::value* digest =
          object != nullptr && object->size() == 1 ? member(*object, digest_element) : nullptr;
      if (digest == nullptr) out.push_back(walk(value, depth + 1));
      else if (Disclosure* one = take(*digest, false)) out.push_back(walk(one->value, depth + 1));
    }
    return out;
  }

  std::map<std::string, Disclosure, std::less<>> by_digest_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

std::string Discloser::salt(const std::string& place, const json::value& value) const {
  // JSON escapes NUL, and no place holds one: the parts cannot be shifted against each other.
  ASSERT(place.find('\0') == std::string::npos);
  const Digest bits = seed_({as_bytes(place + '\0'), as_bytes(json::serialize(value))});
  return base64url(BytesView(bits).first(salt_bytes));
}

std::string Discloser::digest_of(json::array disclosure) {
  made_.push_back(base64url(as_bytes(json::serialize(disclosure))));
  return base64url(sha256(made_.back()));
}

json::object Discloser::members(const std::string& place, Members hidden) {
  if (hidden.empty()) return {};
  std::vector<std::string> digests;
  for (auto& [name, value] : hidden) {
    ASSERT(!is_reserved(name));
    const std::string drawn = salt(place + '/' + name, value);
    digests.push_back(digest_of({json::string(drawn), name, std::move(value)}));
  }
  std::ranges::sort(digests);
  json::array list;
  for (const std::string& digest : digests) list.emplace_back(digest);
  return {{digests_member, std::move(list)}};
}

json::object Discloser::element(const std::string& place, json::value hidden) {
  const std::string drawn = salt(place, hidden);
  return {{digest_element, digest_of({json::string(drawn), std::move(hidden)})}};
}

std::expected<Opened, std::string> open_disclosures(const json::object& payload,
                                                    std::span<const std::string> disclosures) {
  const json::value* said = member(payload, algorithm_member);
  if (said != nullptr && text_member(payload, algorithm_member) != algorithm)
    return std::unexpected("its digests are not SHA-256");
  Opener opener(disclosures);
  Opened out;
  out.claims = opener.members(payload, 0);
  opener.check_rest();
  if (!opener.wrong.empty()) return std::unexpected(opener.wrong);
  out.opened = opener.opened;
  out.closed = opener.closed;
  return out;
}

}  // namespace limen::seal
