// The life of a check after its commit. A claim postpones it by twice the longest attempt, so that
// a crash repeats it soon and a second thread does not.
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

// A job that says why it failed. False with no reason: the store took no job.
bool do_job(const CheckPorts& ports, std::string& why,
            const std::function<void(onboard::Desk&)>& job) {
  return ports.job([&](onboard::Desk& desk) {
    try {
      job(desk);
    } catch (const std::exception& problem) {
      why = problem.what();
      throw;
    }
  });
}

void log_trouble(std::string_view event, const Id& check, const std::string& why) {
  log::Line(log::Level::error, event)
      .with("check", to_string(check))
      .with("why", why.empty() ? "the store takes no jobs" : why);
}

// False: the store takes nothing, so there is no point in going on.
bool end_one(const CheckPorts& ports, const Id& check) {
  std::string why;
  if (do_job(ports, why, [&](onboard::Desk& desk) { onboard::end_late(desk, check); })) return true;
  if (why.empty()) return false;
  log_trouble("check_not_ended", check, why);
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
      rounds_([this] { return round(); }, ports_.now, options_.store_pause, "checks_failed") {}

void CheckWorker::stop() {
  if (rounds_.stop()) record();
}

std::optional<Time> CheckWorker::round() {
  // First what already happened: without its record, the engine would be asked once more.
  if (!record()) return ports_.now() + options_.store_pause;
  std::optional<onboard::Errand> errand;
  std::optional<Time> next;
  if (!claim(errand, next)) return ports_.now() + options_.store_pause;
  if (!errand) return next;
  const Time kept_until = ports_.now() + 2 * engine_.longest();
  result_ = Outcome{errand->check.id, attempt(*errand), kept_until};
  if (!record()) return ports_.now() + options_.store_pause;
  return ports_.now();
}

bool CheckWorker::claim(std::optional<onboard::Errand>& errand, std::optional<Time>& next) {
  std::vector<onboard::Check> claimed;
  const auto take = [&](onboard::Desk& desk) {
    const Time now = ports_.now();
    claimed = desk.ledger.checks().claim(now, now + 2 * engine_.longest(), 1);
    next = desk.ledger.checks().next_due(now);
    counters_.waiting = desk.ledger.checks().waiting();
  };
  if (!ports_.job(take)) return false;
  if (claimed.empty()) return true;
  std::string why;
  const bool done = do_job(ports_, why, [&](onboard::Desk& desk) {
    errand = onboard::errand_of(desk, claimed.front());
  });
  // One that throws stays claimed and comes again; the next in line has its turn.
  if (!done) log_trouble("check_not_sent", claimed.front().id, why);
  return true;
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

// The outcome of a check that somebody else ended, or erased, meanwhile is nobody's business. One
// that cannot be recorded is given up with its claim: the check is asked about again, or late, and
// this thread goes on with others.
bool CheckWorker::record() {
  if (!result_) return true;
  std::string why;
  const bool done = do_job(ports_, why, [this](onboard::Desk& desk) {
    onboard::note_attempt(desk, result_->check, result_->attempt);
  });
  if (!done && !std::exchange(result_->is_told, true))
    log_trouble("check_not_recorded", result_->check, why);
  const bool is_over = done || ports_.now() >= result_->kept_until;
  if (is_over) result_.reset();
  return is_over;
}

}  // namespace limen::outbox
