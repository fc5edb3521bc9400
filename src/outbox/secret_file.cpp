// See secret_file.hpp.
#include "outbox/secret_file.hpp"

#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::outbox {
namespace {

// At most that many lines; what follows them is not looked at.
Result<std::vector<seal::Secret>> read_lines(const std::string& path, const std::string& field,
                                             std::size_t most) {
  const auto unfit = [&](std::string rule) {
    return refuse(Fault::malformed, codes::invalid_field, std::move(rule), field);
  };
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return unfit("cannot be read: " + path);
  if ((info.st_mode & S_IRWXO) != 0)
    return unfit("everybody on this machine can read it: chmod o= " + path);
  std::ifstream stream(path, std::ios::binary);
  std::string text;
  std::vector<seal::Secret> out;
  while (out.size() < most && std::getline(stream, text)) {
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty() || has_control(text)) return unfit("one line of UTF-8 is expected in " + path);
    out.emplace_back(std::move(text));
  }
  if (out.empty()) return unfit("cannot be read: " + path);
  return out;
}

}  // namespace

Result<seal::Secret> read_secret_file(const std::string& path, const std::string& field) {
  return TRY(read_lines(path, field, 1)).front();
}

Result<std::pair<seal::Secret, seal::Secret>> read_secrets_file(const std::string& path,
                                                                const std::string& field) {
  auto lines = TRY(read_lines(path, field, 3));
  if (lines.size() > 2)
    return refuse(Fault::malformed, codes::invalid_field, "one secret is expected, or two: " + path,
                  field);
  lines.resize(2);
  return std::pair{std::move(lines[0]), std::move(lines[1])};
}

}  // namespace limen::outbox
