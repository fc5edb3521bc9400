// Formatting only.
#include "main/metrics.hpp"

#include <unistd.h>

#include <fstream>
#include <string_view>

namespace limen::main {
namespace {

class Text {
 public:
  void head(std::string_view name, std::string_view type, std::string_view help) {
    out_ += "# HELP limen_" + std::string(name) + " " + std::string(help) + "\n# TYPE limen_" +
            std::string(name) + " " + std::string(type) + "\n";
  }
  void value(std::string_view name, std::string_view labels, double value) {
    std::string number = std::to_string(value);
    while (number.ends_with('0')) number.pop_back();
    if (number.ends_with('.')) number.pop_back();
    out_ += "limen_" + std::string(name) + std::string(labels) + " " + number + "\n";
  }
  void one(std::string_view name, std::string_view type, std::string_view help, double number) {
    head(name, type, help);
    value(name, "", number);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void http_part(Text& text, const http::Counters& http) {
  text.one("http_connections_open", "gauge", "Connections open now.",
           static_cast<double>(http.open.load()));
  text.one("http_connections_total", "counter", "Connections accepted.",
           static_cast<double>(http.accepted.load()));
  text.one("http_connections_refused_total", "counter", "Connections over the limit.",
           static_cast<double>(http.refused_connections.load()));
  text.one("http_timeouts_total", "counter", "Connections closed for being slow.",
           static_cast<double>(http.timeouts.load()));
  text.one("http_streams_open", "gauge", "Event streams open now.",
           static_cast<double>(http.streams_open.load()));
  text.one("http_streams_total", "counter", "Event streams begun.",
           static_cast<double>(http.streams.load()));
  text.one("http_streams_refused_total", "counter", "Event streams over the limit.",
           static_cast<double>(http.streams_refused.load()));
  text.one("http_events_total", "counter", "Events put into streams, without each one's first.",
           static_cast<double>(http.events.load()));
  text.head("http_answers_total", "counter", "Answers by status class.");
  for (int status = 1; status <= 5; ++status)
    text.value("http_answers_total", "{class=\"" + std::to_string(status) + "xx\"}",
               static_cast<double>(http.answers[status].load()));
  text.head("http_request_seconds", "histogram",
            "From the last byte of the request to the first of the answer.");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < std::size(http::duration_bounds); ++i) {
    sum += http.seconds_bucket[i].load();
    std::string bound = std::to_string(http::duration_bounds[i]);
    while (bound.ends_with('0')) bound.pop_back();
    if (bound.ends_with('.')) bound += '0';
    text.value("http_request_seconds_bucket", "{le=\"" + bound + "\"}", static_cast<double>(sum));
  }
  sum += http.seconds_bucket[std::size(http::duration_bounds)].load();
  text.value("http_request_seconds_bucket", "{le=\"+Inf\"}", static_cast<double>(sum));
  text.value("http_request_seconds_sum", "", static_cast<double>(http.duration_us.load()) / 1e6);
  text.value("http_request_seconds_count", "", static_cast<double>(sum));
}

void lane_part(Text& text, const store::LaneCounters& writer, const store::LaneCounters& reader) {
  const auto both = [&](std::string_view name, std::string_view type, std::string_view help,
                        auto member) {
    text.head(name, type, help);
    text.value(name, "{lane=\"writer\"}", static_cast<double>((writer.*member).load()));
    text.value(name, "{lane=\"reader\"}", static_cast<double>((reader.*member).load()));
  };
  both("jobs_total", "counter", "Jobs done.", &store::LaneCounters::jobs);
  both("batches_total", "counter", "Commits, or snapshots read.", &store::LaneCounters::batches);
  both("jobs_failed_total", "counter", "Jobs rolled back.", &store::LaneCounters::failed);
  both("jobs_queued", "gauge", "Jobs waiting.", &store::LaneCounters::queued);
}

void checks_part(Text& text, const onboard::CheckCounters& checks) {
  text.one("checks_waiting", "gauge", "Sessions that wait for the engine.",
           static_cast<double>(checks.waiting.load()));
  text.one("check_attempts_total", "counter", "Calls of the engine.",
           static_cast<double>(checks.attempts.load()));
  text.one("check_retries_total", "counter", "Calls that will be made again.",
           static_cast<double>(checks.retried.load()));
  text.head("checks_total", "counter", "Checks that ended, by how.");
  text.value("checks_total", "{how=\"answered\"}", static_cast<double>(checks.answered.load()));
  text.value("checks_total", "{how=\"late\"}", static_cast<double>(checks.late.load()));
  text.value("checks_total", "{how=\"refused\"}", static_cast<double>(checks.refused.load()));
  text.value("checks_total", "{how=\"withdrawn\"}", static_cast<double>(checks.withdrawn.load()));
}

void notices_part(Text& text, const onboard::NoticeCounters& notices) {
  static_assert(limits::counted_notices == 100'000);
  text.one("notices_waiting", "gauge", "Notices that wait for their webhook, counted up to 100000.",
           static_cast<double>(notices.waiting.load()));
  text.one("notice_attempts_total", "counter", "Calls of webhooks.",
           static_cast<double>(notices.attempts.load()));
  text.one("notices_sent_total", "counter", "Notices a webhook took.",
           static_cast<double>(notices.sent.load()));
  text.one("notices_retried_total", "counter", "Calls that will be made again.",
           static_cast<double>(notices.retried.load()));
  text.one("notices_dead_total", "counter", "Notices given up.",
           static_cast<double>(notices.dead.load()));
}

}  // namespace

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string metrics_text(const http::Counters& http, const store::LaneCounters& writer,
                         const store::LaneCounters& reader, const outbox::Counters& outbox,
                         const std::vector<BudgetCount>& budgets, Time now, Seconds since_sweep,
                         const onboard::NoticeCounters& notices,
                         const onboard::CheckCounters* checks) {
  Text text;
  http_part(text, http);
  lane_part(text, writer, reader);
  text.head("budget_refusals_total", "counter", "Requests refused because a budget was used up.");
  for (const auto& [budget, refused] : budgets)
    text.value("budget_refusals_total", "{budget=\"" + std::string(budget) + "\"}",
               static_cast<double>(refused));
  text.one("letters_sent_total", "counter", "Letters the relay took.",
           static_cast<double>(outbox.sent.load()));
  text.one("letters_retried_total", "counter", "Letters postponed.",
           static_cast<double>(outbox.retried.load()));
  text.one("letters_dead_total", "counter", "Letters given up.",
           static_cast<double>(outbox.dead.load()));
  text.one("relay_down", "gauge", "1 while the mail relay does not answer.",
           outbox.is_relay_down.load() ? 1 : 0);
  const std::int64_t oldest = outbox.oldest_due_ms.load();
  const double lag =
      oldest == 0 ? 0 : static_cast<double>(std::max<std::int64_t>(0, to_ms(now) - oldest)) / 1000;
  text.one("letters_lag_seconds", "gauge", "How long the oldest due letter has waited.", lag);
  notices_part(text, notices);
  if (checks != nullptr) checks_part(text, *checks);
  text.one("sweep_age_seconds", "gauge", "Since all that is over was last taken, or the start.",
           static_cast<double>(since_sweep.count()));
  text.one("resident_bytes", "gauge", "Resident memory.", static_cast<double>(resident_bytes()));
  return text.take();
}

}  // namespace limen::main
