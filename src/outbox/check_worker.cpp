// The life of a check after its commit, as a courier's trade. The outcome of a check that somebody
// else ended, or erased, meanwhile is nobody's business.
#include "outbox/check_worker.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"
#include "outbox/backoff.hpp"

namespace limen::outbox {
namespace {

constexpr Millis soonest_retry = std::chrono::milliseconds{500};
constexpr std::size_t overdue_page = 100;

// False: the store takes nothing, so there is no point in going on.
bool end_one(const CheckPorts& ports, const Id& check) {
  std::string why;
  const auto end = [&](onboard::Desk& desk) { onboard::end_late(desk, check); };
  if (do_job(ports.job, why, end)) return true;
  if (why.empty()) return false;
  log_trouble("check_not_ended", "check", check, why);
  return ports.job([&](onboard::Desk& desk) { onboard::postpone_check(desk, check); });
}

}  // namespace

void end_overdue(const CheckPorts& ports) {
  std::vector<Id> over;
  const auto look = [&](onboard::Desk& desk) {
    over = desk.ledger.checks().overdue(ports.now(), overdue_page);
    if (desk.engine != nullptr && desk.engine->counters != nullptr)
      desk.engine->counters->waiting = desk.ledger.checks().waiting();
  };
  while (ports.job(look) && !over.empty())
    for (const Id& check : over)
      if (!end_one(ports, check)) return;
}

CheckWorker::CheckWorker(CheckPorts ports, EngineLine& engine, seal::Entropy& entropy,
                         CheckOptions options, onboard::CheckCounters& counters)
    : ports_(std::move(ports)),
      engine_(engine),
      entropy_(entropy),
      options_(std::move(options)),
      counters_(counters),
      courier_({.noun = "check",
                .job = ports_.job,
                .now = ports_.now,
                .kept = 2 * engine_.longest(),
                .store_pause = options_.store_pause,
                .claim = [this](auto& desk, auto& next) { return claim(desk, next); },
                .prepare = [this](auto& desk) { return prepare(desk); },
                .run = [this] { return run(); }}) {}

std::optional<Id> CheckWorker::claim(onboard::Desk& desk, std::optional<Time>& next) {
  const Time now = ports_.now();
  auto claimed = desk.ledger.checks().claim(now, now + 2 * engine_.longest(), 1);
  next = desk.ledger.checks().next_due(now);
  counters_.waiting = desk.ledger.checks().waiting();
  if (claimed.empty()) return std::nullopt;
  claimed_ = std::move(claimed.front());
  return claimed_.id;
}

bool CheckWorker::prepare(onboard::Desk& desk) {
  errand_ = onboard::errand_of(desk, claimed_);
  return errand_.has_value();
}

std::function<void(onboard::Desk&)> CheckWorker::run() {
  return [id = errand_->check.id, attempt = attempt(*errand_)](onboard::Desk& desk) {
    onboard::note_attempt(desk, id, attempt);
  };
}

onboard::Attempt CheckWorker::attempt(const onboard::Errand& errand) {
  const Time now = ports_.now();
  EngineReply reply;
  try {
    reply = engine_.post(to_string(errand.check.id), now, text_of(errand, now));
  } catch (const std::exception& problem) {
    // Ours to mend: no libcurl, no memory, a file that cannot be read.
    reply.why = "ours";
    log::Line(log::Level::error, "check_not_sent").with("why", problem.what());
  }
  ++counters_.attempts;
  onboard::Attempt out;
  out.reply = reply.reply;
  out.body = std::move(reply.body);
  out.why = std::move(reply.why);
  const Time after = out.at = ports_.now();
  const Millis bound =
      backoff_bound(options_.retry_first, options_.retry_longest, errand.check.attempts + 1);
  out.next = out.reply == onboard::Reply::accepted
                 ? after + options_.repeat
                 : after + draw_between(entropy_, std::min(soonest_retry, bound), bound);
  if (reply.wait) out.next = std::max<Time>(out.next, after + *reply.wait);
  return out;
}

// What is sent: no name, no answer, nothing but pictures.
std::string CheckWorker::text_of(const onboard::Errand& errand, Time now) const {
  json::array pictures;
  for (const onboard::Picture& picture : errand.pictures) {
    const Bytes bytes = ports_.read(picture.file);
    pictures.push_back(json::object{{"shows", journey::to_string(picture.shows)},
                                    {"type", picture.type},
                                    {"media_type", picture.media_type},
                                    {"bytes", bytes.size()},
                                    {"sha256", hex(picture.sha256)},
                                    {"content", base64(bytes)}});
  }
  const std::string id = to_string(errand.check.id);
  json::object data{{"check", id},
                    {"session", to_string(errand.check.session)},
                    {"callback", options_.base_url + "/engine/v1/checks/" + id},
                    {"deadline", iso_millis(errand.check.deadline)},
                    {"pictures", std::move(pictures)}};
  return json::serialize(json::object{
      {"type", "faces.check"}, {"timestamp", iso_millis(now)}, {"data", std::move(data)}});
}

}  // namespace limen::outbox
