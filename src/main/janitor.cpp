// See janitor.hpp.
#include "main/janitor.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace limen::main {

bool sweep_ledger(store::Blobs& blobs, const HouseJob& write, const std::function<Time()>& now,
                  const std::function<bool()>& is_closing) {
  bool is_whole = true;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < onboard::sweep_parts.size() && !is_closing(); ++i) {
    const auto part = static_cast<onboard::SweepPart>(i);
    const std::string name = "sweep of " + std::string(onboard::sweep_parts[i]);
    onboard::Swept swept;
    do {
      const bool is_done = write(name, [&](onboard::Ledger& ledger) {
        swept = ledger.sweep_part(part, now(), limits::rows_per_sweep);
      });
      if (!is_done) {
        is_whole = false;
        break;
      }
      for (const auto& file : swept.files) blobs.remove(file);
      rows += swept.rows;
    } while (swept.rows >= limits::rows_per_sweep && !is_closing());
  }
  if (rows > 0) log::Line(log::Level::info, "swept").with("rows", static_cast<std::int64_t>(rows));
  return is_whole && !is_closing();
}

std::size_t sweep_files(store::Blobs& blobs, const HouseJob& read, Time before,
                        const std::function<bool()>& is_closing) {
  using Names = std::vector<std::string>;
  return blobs.sweep_orphans(before, [&](const Names& names) {
    Names unknown;
    for (auto at = names.begin(); at != names.end() && !is_closing();) {
      const auto end = at + std::min<std::ptrdiff_t>(files_per_question, names.end() - at);
      const Names asked(at, end);
      Names answer;
      if (read("sweep of files",
               [&](onboard::Ledger& ledger) { answer = ledger.knows_files(asked); }))
        unknown.insert(unknown.end(), answer.begin(), answer.end());
      at = end;
    }
    return unknown;
  });
}

bool Janitor::may_sweep() {
  const Steady passed = hands_.passed();
  if (const auto ahead = leap_.look(hands_.shown(), passed))
    log::Line(log::Level::error, "clock_leapt")
        .with("seconds", std::int64_t{ahead->count()})
        .with("note", "nothing is swept for an hour, or until it is put right");
  return !leap_.is_fresh(passed);
}

void Janitor::sweep_ledger() {
  if (main::sweep_ledger(blobs_, hands_.write, hands_.now, hands_.is_closing))
    whole_ = hands_.passed();
}

void Janitor::sweep_files() {
  main::sweep_files(blobs_, hands_.read, hands_.shown() - std::chrono::days{1}, hands_.is_closing);
}

Seconds Janitor::since_whole() const {
  return std::chrono::duration_cast<Seconds>(hands_.passed() - whole_.load());
}

}  // namespace limen::main
