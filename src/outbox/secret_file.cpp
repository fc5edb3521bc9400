// See secret_file.hpp.
#include "outbox/secret_file.hpp"

#include <sys/stat.h>

#include <fstream>

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::outbox {

Result<seal::Secret> read_secret_file(const std::string& path, const std::string& field) {
  const auto unfit = [&](std::string rule) {
    return refuse(Fault::malformed, codes::invalid_field, std::move(rule), field);
  };
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return unfit("cannot be read: " + path);
  if ((info.st_mode & S_IRWXO) != 0)
    return unfit("everybody on this machine can read it: chmod o= " + path);
  std::ifstream stream(path, std::ios::binary);
  std::string text;
  if (!std::getline(stream, text)) return unfit("cannot be read: " + path);
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty() || has_control(text)) return unfit("one line of UTF-8 is expected in " + path);
  return seal::Secret(std::move(text));
}

}  // namespace limen::outbox
