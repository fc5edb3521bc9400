// The relay of test/smtp/server.py as a child process: its ports by name, its mails as files. It
// ends with the test, because the child lives as long as the pipe to its standard input.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace limen::outbox {

class Relay {
 public:
  Relay() {
    std::string pattern = (std::filesystem::temp_directory_path() / "limen-smtp-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::array<int, 2> to{}, from{};
    if (pipe2(to.data(), O_CLOEXEC) != 0 || pipe2(from.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      // The first word is looked up in PATH for the standard library: not another Python's.
      execl("/usr/bin/python3", "/usr/bin/python3", LIMEN_SMTP_SERVER, folder_.c_str(), nullptr);
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    input_ = to[1];
    FILE* output = fdopen(from[0], "r");
    std::array<char, 64> name{};
    unsigned port = 0;
    while (std::fscanf(output, "%63s", name.data()) == 1 && std::string(name.data()) != "ready")
      if (std::fscanf(output, "%u", &port) == 1)
        ports_[name.data()] = static_cast<std::uint16_t>(port);
    std::fclose(output);
    if (std::string(name.data()) != "ready")
      throw std::runtime_error("test/smtp/server.py did not start: is python3-aiosmtpd installed?");
  }
  ~Relay() {
    close(input_);
    // Listeners of hanging connections are still there; nothing of them is worth waiting for.
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::uint16_t port(const std::string& manner) const { return ports_.at(manner); }
  std::filesystem::path folder() const { return folder_; }

  struct Mail {
    std::string bytes;    // as they came, dots as on the wire for raw manners
    json::object parsed;  // by Python
    std::string text(const char* name) const { return std::string(parsed.at(name).as_string()); }
  };
  // In the order of arrival.
  std::vector<Mail> mails() const {
    std::vector<Mail> out;
    for (int number = 1;; ++number) {
      std::array<char, 16> name{};
      std::snprintf(name.data(), name.size(), "%06d", number);
      const auto base = folder_ / name.data();
      if (!std::filesystem::exists(base.string() + ".json")) return out;
      out.push_back(
          {read(base.string() + ".eml"), json::parse(read(base.string() + ".json")).as_object()});
    }
  }

 private:
  static std::string read(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
  }

  std::filesystem::path folder_;
  std::map<std::string, std::uint16_t> ports_;
  pid_t child_ = 0;
  int input_ = -1;
};

}  // namespace limen::outbox
