// See courier.hpp.
#include "outbox/courier.hpp"

#include <utility>

#include "base/log.hpp"

namespace limen::outbox {

bool do_job(const JobPort& port, std::string& why, const std::function<void(onboard::Desk&)>& job) {
  return port([&](onboard::Desk& desk) {
    try {
      job(desk);
    } catch (const std::exception& problem) {
      why = problem.what();
      throw;
    }
  });
}

void log_trouble(std::string_view event, std::string_view noun, const Id& errand,
                 const std::string& why) {
  log::Line(log::Level::error, event)
      .with(noun, to_string(errand))
      .with("why", why.empty() ? "the store takes no jobs" : why);
}

Courier::Courier(Trade trade)
    : trade_(std::move(trade)),
      rounds_([this] { return round(); }, trade_.now, trade_.store_pause, "courier_failed") {}

void Courier::stop() {
  if (rounds_.stop()) record();
}

std::optional<Time> Courier::round() {
  // First what already happened: without its record, the errand would be run once more.
  if (!record()) return trade_.now() + trade_.store_pause;
  std::optional<Id> errand;
  std::optional<Time> next;
  const auto claim = [&](onboard::Desk& desk) { errand = trade_.claim(desk, next); };
  if (!trade_.job(claim)) return trade_.now() + trade_.store_pause;
  if (!errand) return next;
  std::string why;
  bool is_ready = false;
  const auto prepare = [&](onboard::Desk& desk) { is_ready = trade_.prepare(desk); };
  // One that throws stays claimed and comes again; the next in line has its turn.
  if (!do_job(trade_.job, why, prepare))
    log_trouble(trade_.noun + "_not_sent", trade_.noun, *errand, why);
  if (!is_ready) return trade_.now();  // what is next may have changed
  const Time kept_until = trade_.now() + trade_.kept;
  result_ = Outcome{*errand, trade_.run(), kept_until};
  if (!record()) return trade_.now() + trade_.store_pause;
  return trade_.now();
}

// What cannot be recorded is given up with its claim: the errand is run again, or late, and this
// thread goes on with others.
bool Courier::record() {
  if (!result_) return true;
  std::string why;
  const bool is_done = do_job(trade_.job, why, result_->record);
  if (!is_done && !std::exchange(result_->is_told, true))
    log_trouble(trade_.noun + "_not_recorded", trade_.noun, result_->errand, why);
  const bool is_over = is_done || trade_.now() >= result_->kept_until;
  if (is_over) result_.reset();
  return is_over;
}

}  // namespace limen::outbox
