// The multipart reader: what it reads, whatever the cuts, and what it refuses.
#include "http/multipart.hpp"

#include <gtest/gtest.h>

#include <map>

namespace limen::http {
namespace {

struct Collected final : MultipartSink {
  std::map<std::string, std::string> fields;
  FilePart part;
  std::string file;
  int begun = 0;
  int ended = 0;

  void field(std::string name, std::string value) override {
    fields.emplace(std::move(name), std::move(value));
  }
  void file_begin(FilePart given) override {
    part = std::move(given);
    ++begun;
  }
  void file_bytes(std::string_view bytes) override { file.append(bytes); }
  void file_end() override { ++ended; }
};

struct Outcome {
  int status = 200;
  std::string why;
};

constexpr MultipartLimits small{64, 32, 256, 4};

Outcome feed(const std::vector<std::string_view>& pieces, Collected& out,
             const MultipartLimits& limits = small) {
  Multipart reader("XX", limits, out);
  for (const auto piece : pieces)
    if (const auto refused = reader.push(piece)) return {refused->status, refused->problem.detail};
  if (const auto refused = reader.finish()) return {refused->status, refused->problem.detail};
  return {};
}

// It holds a NUL, so its file part cannot come from a C string.
std::string sample_text() {
  std::string text = "--XX\r\nContent-Disposition: form-data; name=\"nonce\"\r\n\r\nabc\r\n";
  text += "--XX\r\ncontent-disposition: form-data; name=\"file\"; ";
  text += "filename=\"a \\\"b\\\" \xC3\xA9.png\"\r\nContent-Type: image/png\r\n\r\n";
  text += std::string("\x89PNG\r\n\r\n--X\r\n--\0\x01\r\n", 17) + "\r\n";
  text += "--XX\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--XX--\r\n";
  return text;
}

void expect_sample(const Collected& got, std::size_t cut) {
  const std::map<std::string, std::string> fields = {{"nonce", "abc"}, {"empty", ""}};
  EXPECT_EQ(got.fields, fields) << cut;
  EXPECT_EQ(got.part.field, "file") << cut;
  EXPECT_EQ(got.part.client_name, "a \"b\" \xC3\xA9.png") << cut;
  EXPECT_EQ(got.part.media_type, "image/png") << cut;
  EXPECT_EQ(got.file, std::string("\x89PNG\r\n\r\n--X\r\n--\0\x01\r\n", 17)) << cut;
  EXPECT_EQ(got.begun, 1) << cut;
  EXPECT_EQ(got.ended, 1) << cut;
}

TEST(multipart, reads_the_same_wherever_it_is_cut) {
  const std::string text = sample_text();
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Collected got;
    const std::string_view view = text;
    const Outcome outcome = feed({view.substr(0, cut), view.substr(cut)}, got);
    ASSERT_EQ(outcome.status, 200) << cut << ' ' << outcome.why;
    expect_sample(got, cut);
  }
  Collected got;
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes.push_back(std::string_view(text).substr(i, 1));
  ASSERT_EQ(feed(bytes, got).status, 200);
  expect_sample(got, text.size());
}

TEST(multipart, the_longest_head_is_read_wherever_it_is_cut) {
  const std::string head = "Content-Disposition: form-data; name=a";
  const std::string text = "--XX\r\n" + head + "\r\n\r\nv\r\n--XX--";
  MultipartLimits limits = small;
  for (const auto& [most, want] : {std::pair{head.size(), 200}, std::pair{head.size() - 1, 400}}) {
    limits.head_bytes = most;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Collected got;
      const std::string_view view = text;
      EXPECT_EQ(feed({view.substr(0, cut), view.substr(cut)}, got, limits).status, want) << cut;
    }
  }
}

// Else the bytes of one that trickles in are looked at a few thousand times each.
TEST(multipart, a_head_is_searched_once_however_it_is_cut) {
  for (const char* bytes : {"\r", "\r\n\r", "x"}) {
    Collected got;
    Multipart reader("XX", MultipartLimits(), got);
    ASSERT_FALSE(reader.push("--XX\r\nX: "));
    std::size_t pushed = 0;
    for (; pushed < 8000; pushed += std::string_view(bytes).size())
      ASSERT_FALSE(reader.push(bytes));
    EXPECT_GE(reader.searched(), pushed);
    EXPECT_LE(reader.searched(), 5 * pushed) << bytes;
  }
}

// A body may stall for long, and many at once.
TEST(multipart, memory_is_held_only_for_what_is_undecided) {
  Collected got;
  Multipart reader("XX", MultipartLimits(), got);
  ASSERT_FALSE(reader.push("--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n"));
  ASSERT_FALSE(reader.push(std::string(100'000, 'x') + "\r\n--X"));
  EXPECT_LE(reader.memory(), 2048U);
  ASSERT_FALSE(reader.push("X--"));
  EXPECT_EQ(got.file.size(), 100'000U);
}

TEST(multipart, every_truncation_is_refused) {
  const std::string text = sample_text();
  for (std::size_t size = 0; size < text.size() - 2; ++size) {
    Collected got;
    EXPECT_EQ(feed({std::string_view(text).substr(0, size)}, got).status, 400) << size;
  }
}

std::string part(std::string_view head, std::string_view content = "v") {
  return "--XX\r\n" + std::string(head) + "\r\n\r\n" + std::string(content) + "\r\n";
}
std::string named(std::string_view parameters) {
  return "Content-Disposition: form-data; " + std::string(parameters);
}

TEST(multipart, refuses_what_no_form_sends) {
  using namespace std::string_literals;
  const std::string end = "--XX--";
  struct Case {
    const char* name;
    std::string body;
    int want;
  };
  const Case cases[] = {
      {"fine", part(named("name=a")) + end, 200},
      {"no parts", end, 200},
      {"an empty line before", "\r\n" + part(named("name=a")) + end, 200},
      {"a preamble", "hello\r\n" + part(named("name=a")) + end, 400},
      {"a foreign boundary", "--YY\r\n", 400},
      {"text after the end", part(named("name=a")) + end + "\r\nmore", 400},
      {"padding after a boundary", "--XX \r\n", 400},
      {"bare lf after a boundary", "--XX\n" + named("name=a") + "\n\nv\n--XX--", 400},
      {"the same field twice", part(named("name=a")) + part(named("name=a")) + end, 400},
      {"two files", part(named("name=a; filename=x")) + part(named("name=b; filename=y")) + end,
       400},
      {"filename*", part(named("name=a; filename*=utf-8''x")) + end, 400},
      {"name*", part(named("name=a; name*=utf-8''x")) + end, 400},
      {"two names", part(named("name=a; name=b")) + end, 400},
      {"two filenames", part(named("name=a; filename=x; filename=y")) + end, 400},
      {"no name", part(named("filename=x")) + end, 400},
      {"an empty name", part(named("name=\"\"")) + end, 400},
      {"an empty filename is a file", part(named("name=a; filename=\"\"")) + end, 200},
      {"no disposition", part("Content-Type: text/plain") + end, 400},
      {"no head", "--XX\r\n\r\nv\r\n" + end, 400},
      {"two dispositions", part(named("name=a") + "\r\n" + named("name=b")) + end, 400},
      {"another disposition", part("Content-Disposition: attachment; name=a") + end, 400},
      {"cr in a name", part(named("name=\"a\rb\"")) + end, 400},
      {"lf in a name", part(named("name=\"a\nb\"")) + end, 400},
      {"nul in a name", part(named("name=\"a\0b\""s)) + end, 400},
      {"escape in a filename", part(named("name=a; filename=\"\x1B[2J\"")) + end, 400},
      {"a name that is not utf-8", part(named("name=\"\xFF\"")) + end, 400},
      {"a folded head", part(named("name=a;\r\n filename=x")) + end, 400},
      {"space before the colon", part("Content-Disposition : form-data; name=a") + end, 400},
      {"an unclosed quote", part(named("name=\"a")) + end, 400},
      {"base64", part(named("name=a") + "\r\nContent-Transfer-Encoding: base64") + end, 400},
      {"binary", part(named("name=a") + "\r\nContent-Transfer-Encoding: binary") + end, 200},
      {"a field that is not utf-8", part(named("name=a"), "\xFF") + end, 400},
      {"a field at its limit", part(named("name=a"), std::string(32, 'x')) + end, 200},
      {"a field too large", part(named("name=a"), std::string(33, 'x')) + end, 413},
      {"a file at its limit", part(named("name=a; filename=x"), std::string(64, 'x')) + end, 200},
      {"a file too large", part(named("name=a; filename=x"), std::string(65, 'x')) + end, 413},
      {"a head too large", part(named("name=a; x=") + std::string(300, 'x')) + end, 400},
      {"as many parts as allowed",
       part(named("name=a")) + part(named("name=b")) + part(named("name=c")) +
           part(named("name=d")) + end,
       200},
      {"too many parts",
       part(named("name=a")) + part(named("name=b")) + part(named("name=c")) +
           part(named("name=d")) + part(named("name=e")) + end,
       400},
  };
  for (const Case& c : cases) {
    Collected whole;
    const Outcome outcome = feed({c.body}, whole);
    EXPECT_EQ(outcome.status, c.want) << c.name << ": " << outcome.why;
    Collected cut;
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < c.body.size(); ++i)
      bytes.push_back(std::string_view(c.body).substr(i, 1));
    EXPECT_EQ(feed(bytes, cut).status, c.want) << c.name << ", byte by byte";
    EXPECT_EQ(whole.fields, cut.fields) << c.name;
  }
}

TEST(multipart, reads_the_boundary) {
  struct Case {
    std::string given;
    std::optional<std::string> want;
  };
  const Case cases[] = {
      {"multipart/form-data; boundary=abc", "abc"},
      {"multipart/form-data; charset=utf-8; Boundary=\"a b'c\"", "a b'c"},
      {"multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
       "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
      {"multipart/form-data", std::nullopt},
      {"multipart/form-data; boundary=", std::nullopt},
      {"multipart/form-data; boundary=\"a \"", std::nullopt},
      {"multipart/form-data; boundary=\"a\\\\b\"", std::nullopt},
      {"multipart/form-data; boundary=a; boundary=b", std::nullopt},
      {"multipart/form-data; boundary=\"abc", std::nullopt},
      {"multipart/form-data; boundary=" + std::string(70, 'b'), std::string(70, 'b')},
      {"multipart/form-data; boundary=" + std::string(71, 'b'), std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(multipart_boundary(c.given), c.want) << c.given;
}

}  // namespace
}  // namespace limen::http
