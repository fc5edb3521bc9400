// The settings of an engine: which are refused, by the field's name. What it does over sockets is
// tested from outside, in test/e2e/test_engine.py.
#include "outbox/engine.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace limen::outbox {
namespace {

std::string secret_file_with(const std::string& text, mode_t mode = 0600) {
  static int count = 0;
  const auto path = std::filesystem::temp_directory_path() /
                    ("limen-engine-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  std::ofstream(path) << text;
  ::chmod(path.c_str(), mode);
  return path.string();
}

TEST(EngineKey, is_read_where_pictures_may_be_sent) {
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  const std::string good = secret_file_with(secret), open = secret_file_with(secret, 0644),
                    short_one = secret_file_with("whsec_YWJj\n"), empty = secret_file_with(""),
                    two = secret_file_with(secret + secret),
                    three = secret_file_with(secret + secret + secret),
                    half = secret_file_with(secret + "whsec_YWJj\n"),
                    gap = secret_file_with(secret + "\n");
  struct Case {
    std::string url, file, field;
  };
  const Case cases[] = {
      {"https://engine.example.org/faces", good, ""},
      {"https://engine.example.org", good, ""},
      {"http://127.0.0.1:9000/faces", good, ""},
      {"http://127.8.9.1/", good, ""},
      {"http://[::1]:9000", good, ""},
      {"http://localhost:9000/a/b", good, ""},
      {"http://localhost:9000?a=b", good, "url"},
      {"https://engine.example.org/faces#top", good, "url"},
      {"http://engine.example.org/", good, "url"},
      {"http://127.0.0.1.example.org/", good, "url"},
      {"http://127.0.0.1@example.org/", good, "url"},
      {"https://user:word@engine.example.org/", good, "url"},
      {"http://[::2]/", good, "url"},
      {"http://10.0.0.1/", good, "url"},
      {"https:///faces", good, "url"},
      {"https://a b/", good, "url"},
      {"ftp://127.0.0.1/", good, "url"},
      {"engine.example.org", good, "url"},
      {"", good, "url"},
      {"https://engine.example.org/", "/nonexistent", "secret_file"},
      {"https://engine.example.org/", open, "secret_file"},
      {"https://engine.example.org/", short_one, "secret_file"},
      {"https://engine.example.org/", empty, "secret_file"},
      {"https://engine.example.org/", two, ""},
      {"https://engine.example.org/", three, "secret_file"},
      {"https://engine.example.org/", half, "secret_file"},
      {"https://engine.example.org/", gap, "secret_file"},
  };
  for (const Case& c : cases) {
    EngineSettings settings;
    settings.url = c.url;
    settings.secret_file = c.file;
    const auto key = engine_key(settings);
    EXPECT_EQ(key ? "" : key.error().field, c.field) << c.url << " " << c.file;
  }
  EngineSettings timeless;
  timeless.url = "https://engine.example.org/";
  timeless.secret_file = good;
  timeless.total_time = Millis{0};
  EXPECT_EQ(engine_key(timeless).error().field, "time");
  for (const auto& file : {good, open, short_one, empty, two, three, half, gap})
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace limen::outbox
