// What the reader makes of pictures, for the evaluation: paths of JPEG, PNG or WebP files come on
// standard input, for each a line of JSON leaves: the codes in hexadecimal, how good the picture
// is, how long decoding and reading took of the processor, and the most memory the process has had.
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "evidence/barcode.hpp"
#include "evidence/decode.hpp"
#include "evidence/quality.hpp"

namespace {

using namespace limen;

double since(std::clock_t start) {
  return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// In KiB. That of getrusage() begins with the process that started this one.
long most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (long kib = 0; word == "VmHWM:" && status >> kib) return kib;
  return 0;
}

void read(const std::string& path, bool is_decoding_only) {
  std::ifstream in(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  const std::clock_t start = std::clock();  // of the processor: others on it do not count
  const auto grey = evidence::decode_grey(bytes);
  const double decoding = since(start);
  std::printf("{\"is_read\": %s, \"codes\": [", grey ? "true" : "false");
  const std::clock_t middle = std::clock();
  bool is_first = true;
  if (grey && !is_decoding_only)
    for (const auto& code : evidence::read_codes(*grey, evidence::Expect::pdf417)) {
      std::printf("%s\"%s\"", is_first ? "" : ", ", hex(as_bytes(code.bytes)).c_str());
      is_first = false;
    }
  const double reading = since(middle);
  std::printf("], \"decoding_ms\": %.1f, \"ms\": %.1f, \"kib\": %ld, \"quality\": {", decoding,
              reading, most_memory());
  const auto quality =
      evidence::judge_quality(grey && !is_decoding_only ? *grey : evidence::Grey());
  for (std::size_t i = 0; i < quality.size(); ++i)
    std::printf("%s\"%s\": [%.3f, %d]", i ? ", " : "", evidence::traits[i].word.data(),
                static_cast<double>(quality[i].measure), quality[i].score);
  std::printf("}}\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_decoding_only = argc > 1 && std::string_view(argv[1]) == "--decode";
  for (std::string path; std::getline(std::cin, path);) read(path, is_decoding_only);
}
