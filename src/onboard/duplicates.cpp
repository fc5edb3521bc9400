// The store finds sessions of somebody else by the strongest word about who that is; whether it is
// really another person is judged here, from both sessions. However many there are, a bounded
// number is looked at.
#include "onboard/duplicates.hpp"

#include <algorithm>

#include "seal/digest.hpp"

namespace limen::onboard {
namespace {

using journey::Alike;
using journey::Coincidence;
using journey::Duplicates;

constexpr std::size_t others_each_way = 8, others_looked_at = 32, others_kept = 16;

TraceDigest half(const Digest& digest) {
  TraceDigest out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

journey::Identity identity_of(const Desk& desk, const Session& session) {
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  return journey::identity_of(session, skill == nullptr ? journey::Skill{} : *skill, desk.at.now);
}

}  // namespace

SessionTraces traces_of(const Desk& desk, const Session& session, const journey::Skill& skill) {
  const seal::Hmac keyed(desk.sealer.derive("duplicates", session.tenant.view()));
  const auto digest = [&](std::string_view kind, std::string_view text) {
    return half(keyed({as_bytes(kind), as_bytes(text)}));
  };
  const std::string word = journey::identity_of(session, skill, desk.at.now).strongest();
  // Nobody's word is nobody else's, either.
  const TraceDigest who = digest("who ", word.empty() ? "session " + to_string(session.id) : word);
  SessionTraces out;
  for (const journey::Trace& trace : journey::traces_of(session, skill, desk.at.now)) {
    out.whats.push_back(trace.what);
    const std::string_view kind = trace.what == Alike::document ? "document " : "picture ";
    out.traces.push_back({digest(kind, trace.text), who});
  }
  return out;
}

Duplicates find_duplicates(Desk& desk, const Session& session, const journey::Skill& skill,
                           const SessionTraces& traces) {
  Duplicates out;
  const journey::Identity own = journey::identity_of(session, skill, desk.at.now);
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < traces.traces.size(); ++i) {
    const Alike what = traces.whats[i];
    (what == Alike::document ? out.has_document : out.has_pictures) = true;
    for (const SessionId& id :
         desk.ledger.traced_to_others(traces.traces[i], desk.at.now, others_each_way)) {
      const Coincidence coincidence{id, what};
      const bool is_known =
          std::ranges::find(out.found, coincidence) != out.found.end() || id == session.id;
      if (is_known || out.found.size() == others_kept || looked_at == others_looked_at) continue;
      ++looked_at;
      const auto other = desk.ledger.session(id);
      const bool is_ours = other && other->tenant == session.tenant;  // by its key it is
      if (is_ours && !journey::is_same_person(own, identity_of(desk, *other)))
        out.found.push_back(coincidence);
    }
  }
  return out;
}

}  // namespace limen::onboard
