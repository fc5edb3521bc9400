// What the reader makes of pictures, for the evaluation: paths of binary PGM files come on standard
// input, for each a line of JSON leaves: what was read, how sure, where, how long it took, and the
// most memory the process has had.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

#include "documents/pgm.hpp"
#include "evidence/edges.hpp"
#include "evidence/zone.hpp"

namespace {

using namespace limen::evidence;

void print(const ZoneReading& reading) {
  std::printf("\"lines\": [");
  for (std::size_t i = 0; i < reading.lines.size(); ++i)
    std::printf("%s\"%s\"", i ? ", " : "", reading.lines[i].c_str());
  std::printf("], \"confidences\": [");
  bool is_first = true;
  for (const auto& line : reading.confidences)
    for (const float confidence : line) {
      std::printf("%s%.4f", is_first ? "" : ", ", static_cast<double>(confidence));
      is_first = false;
    }
  std::printf("], \"corners\": [");
  for (std::size_t i = 0; i < reading.corners.size(); ++i)
    std::printf("%s[%.1f, %.1f]", i ? ", " : "", static_cast<double>(reading.corners[i].x),
                static_cast<double>(reading.corners[i].y));
  std::printf("], \"checks_hold\": %s, \"is_certain\": %s, \"consistency\": %.5f, ",
              reading.checks_hold ? "true" : "false", reading.is_certain ? "true" : "false",
              reading.consistency);
}

}  // namespace

int main() {
  for (std::string path; std::getline(std::cin, path);) {
    const Grey picture = read_pgm(path);
    const std::clock_t start = std::clock();  // of the processor: others on it do not count
    const auto reading = read_zone(picture);
    const double took = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("{\"path\": \"%s\", ", path.c_str());
    if (reading) print(*reading);
    const auto cut =
        reading ? share_beyond(reading->page, picture.width(), picture.height()) : std::nullopt;
    if (cut) std::printf("\"cut\": %.4f, ", static_cast<double>(*cut));
    std::printf("\"ms\": %.1f, \"kib\": %ld}\n", took, usage.ru_maxrss);
    std::fflush(stdout);
  }
}
