// See runner.hpp. A file is read into blocks of lines that begin alike; blocks of `<` and `=` are
// what is compared or rewritten, everything else is kept as it stands.
#include "transcripts/runner.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"
#include "seal/digest.hpp"
#include "seal/totp.hpp"
#include "transcripts/house.hpp"
#include "transcripts/pictures.hpp"
#include "transcripts/words.hpp"

namespace limen::transcripts {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t differences_max = 3;  // what follows from a difference is no news

enum class Kind : char { request = '>', answer = '<', shown = '=', order = '@', other = ' ' };

struct Block {
  Kind kind;
  std::size_t line;  // of the file, from 1
  Lines lines;       // without the mark
};

Kind kind_of(std::string_view line) {
  constexpr std::string_view marks = "><=@";
  const bool is_marked = !line.empty() && marks.find(line[0]) != std::string_view::npos;
  return is_marked ? static_cast<Kind>(line[0]) : Kind::other;
}

std::vector<Block> blocks_of(std::string_view text) {
  std::vector<Block> blocks;
  Lines lines = split_lines(text);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Kind kind = kind_of(lines[i]);
    const bool goes_on = !blocks.empty() && blocks.back().kind == kind && kind != Kind::order;
    if (!goes_on) blocks.push_back({kind, i + 1, {}});
    std::string_view line = lines[i];
    const bool has_mark = kind != Kind::other;
    if (has_mark) line.remove_prefix(line.size() > 1 && line[1] == ' ' ? 2 : 1);
    blocks.back().lines.emplace_back(line);
  }
  return blocks;
}

std::string text_of(const std::vector<Block>& blocks) {
  std::string out;
  for (const Block& block : blocks) {
    for (const std::string& line : block.lines) {
      const char mark = static_cast<char>(block.kind);
      if (block.kind == Kind::order) out += mark + line;
      else if (block.kind == Kind::other) out += line;
      else out += line.empty() ? std::string(1, mark) : std::string(1, mark) + ' ' + line;
      out += '\n';
    }
  }
  return out;
}

// --- requests ---

struct Message {
  std::string head, body;
};

// `@field name value`, `@file field file-name picture`.
std::string part_of(const std::string& line) {
  std::istringstream in(line);
  std::string word, name, rest;
  in >> word >> name;
  std::string out = "--limen-transcript\r\nContent-Disposition: form-data; name=\"" + name + "\"";
  if (word == "@field") {
    std::getline(in >> std::ws, rest);
    return out + "\r\n\r\n" + rest + "\r\n";
  }
  std::string file_name;
  in >> file_name >> rest;
  return out + "; filename=\"" + file_name +
         "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + picture(rest) + "\r\n";
}

Message message_of(const Lines& lines, const Words& words) {
  Message out;
  const auto gap = std::find(lines.begin(), lines.end(), std::string());
  bool has_host = false;
  for (auto line = lines.begin(); line != gap; ++line) {
    const bool needs_version = line == lines.begin() && line->find(" HTTP/") == std::string::npos;
    out.head += words.expand(*line) + (needs_version ? " HTTP/1.1" : "") + "\r\n";
    has_host = has_host || lower_ascii(*line).starts_with("host:");
  }
  bool is_multipart = false;
  for (auto line = gap == lines.end() ? gap : gap + 1; line != lines.end(); ++line) {
    const std::string text = words.expand(*line);
    const bool is_part = text.starts_with("@field ") || text.starts_with("@file ");
    if (is_part) out.body += part_of(text);
    else if (text.starts_with("@blob ")) out.body += picture(text.substr(6));
    else out.body += (line == gap + 1 ? "" : "\n") + text;
    is_multipart = is_multipart || is_part;
  }
  if (is_multipart) {
    out.body += "--limen-transcript--\r\n";
    out.head += "Content-Type: multipart/form-data; boundary=limen-transcript\r\n";
  }
  if (!has_host) out.head += "Host: id.example.com\r\n";
  if (!out.body.empty()) out.head += "Content-Length: " + std::to_string(out.body.size()) + "\r\n";
  out.head += "\r\n";
  return out;
}

// --- answers ---

bool is_text(std::string_view body) {
  return is_utf8(body) && std::none_of(body.begin(), body.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

// What stands between the first `from` and the next `to` becomes an ellipsis.
void shorten(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t begin = text.find(from);
  const std::size_t end = begin == std::string::npos ? begin : text.find(to, begin + from.size());
  if (end == std::string::npos) return;
  text.replace(begin + from.size(), end - begin - from.size(), "\u2026");
}

// What the build of web/ and the languages decide and no door: the style sheet with its digest, the
// name of the script and its words. A page is read for what it says.
std::string without_the_build(std::string text) {
  shorten(text, "'sha256-", "'");
  shorten(text, "<style>", "</style>");
  shorten(text, "/assets/page-", ".js");
  shorten(text, " id=\"words\">", "</script>");
  return text;
}

// A long list of options, of languages or of countries, is told by its length.
Lines without_long_lists(Lines lines) {
  constexpr std::size_t most = 13;
  Lines out;
  for (auto line = lines.begin(); line != lines.end();) {
    const auto end = std::find_if(line, lines.end(),
                                  [](const std::string& l) { return !l.starts_with("<option"); });
    const auto count = static_cast<std::size_t>(end - line);
    if (count > most) out.push_back("(" + std::to_string(count) + " options)");
    else std::copy(line, end, std::back_inserter(out));
    line = end;
    if (line != lines.end()) out.push_back(std::move(*line++));
  }
  return out;
}

Lines lines_of(const http::Response& response) {
  Lines out{std::to_string(response.status)};
  for (const auto& [name, value] : response.headers)
    out.push_back(without_the_build(name + ": " + value));
  if (response.body.empty()) return out;
  out.emplace_back();
  if (is_text(response.body)) {
    for (auto& line : without_long_lists(split_lines(without_the_build(response.body))))
      out.push_back(std::move(line));
  } else {
    out.push_back("@bytes " + std::to_string(response.body.size()) + ' ' +
                  hex(seal::sha256(response.body)));
  }
  return out;
}

std::string member_at(const std::string& body, const std::string& path) {
  const auto read = parse_json(body);
  if (!read) throw std::runtime_error("the last body is no JSON");
  const json::value* value = &*read;
  std::istringstream in(path);
  for (std::string name; value != nullptr && std::getline(in, name, '.');) {
    if (const auto* items = value->if_array()) value = items->if_contains(std::stoul(name));
    else value = value->is_object() ? member(value->get_object(), name) : nullptr;
  }
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) throw std::runtime_error("the last body has no text at " + path);
  return std::string(*text);
}

std::string found_in(const std::string& body, const std::string& expression) {
  std::smatch match;
  if (!std::regex_search(body, match, std::regex(expression)) || match.size() < 2)
    throw std::runtime_error("the last answer has nothing like " + expression);
  return match[1];
}

// "Set-Cookie ^a=([^;]+)": in the first field of that name with something like it.
std::string found_in_head(const http::Response& response, const std::string& where) {
  const std::size_t gap = where.find(' ');
  for (const auto& [name, value] : response.headers)
    if (name == where.substr(0, gap) && std::regex_search(value, std::regex(where.substr(gap + 1))))
      return found_in(value, where.substr(gap + 1));
  throw std::runtime_error("the last answer has no header like " + where);
}

// What an authenticator app shows for a seed in base32.
std::string totp_of(std::string_view seed, Time now) {
  Bytes secret;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char letter : seed) {
    const auto value = std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").find(letter);
    if (value == std::string_view::npos) throw std::runtime_error("the seed is not base32");
    held = held << 5 | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    secret.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  return seal::totp_code(secret, seal::totp_step_of(now));
}

Lines jwt_lines(const std::string& token, const House& house) {
  Lines out;
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  for (const auto& part : {token.substr(0, first), token.substr(first + 1, second - first - 1)}) {
    const auto bytes = from_base64url(part);
    out.emplace_back(bytes ? as_text(*bytes) : "not base64url");
  }
  out.push_back(house.signer_of(token));
  return out;
}

// --- the play ---

class Player {
 public:
  Player(fs::path file, Mode mode) : file_(std::move(file)), mode_(mode) {
    words_.set_all(house_.credentials());
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    before_ = text.str();
  }

  std::string play() {
    std::vector<Block> blocks = blocks_of(before_);
    for (std::size_t i = 0; i < blocks.size() && count_ < differences_max; ++i) {
      try {
        step(blocks, i);
      } catch (const std::exception& error) {
        throw std::runtime_error(place(blocks[i].line) + error.what());
      }
    }
    const std::string after = text_of(blocks);
    if (mode_ == Mode::bless && after != before_)
      std::ofstream(file_, std::ios::binary | std::ios::trunc) << after;
    return differences_;
  }

 private:
  std::string place(std::size_t line) const {
    const fs::path folder = file_.parent_path().filename();
    return (folder / file_.filename()).string() + ':' + std::to_string(line) + ": ";
  }

  void step(std::vector<Block>& blocks, std::size_t at) {
    const Block block = blocks[at];
    if (block.kind == Kind::request) {
      request_ = block.lines;
      settle(blocks, at, Kind::answer, asked());
    } else if (block.kind == Kind::order) {
      obey(blocks, at, block.lines.front());
    }
  }

  Lines asked() {
    const Message message = message_of(request_, words_);
    const http::Response response = house_.ask(message.head, message.body);
    body_ = response.body;
    response_ = response;
    return lines_of(response);
  }

  void obey(std::vector<Block>& blocks, std::size_t at, const std::string& order) {
    std::istringstream in(order);
    std::string word, name, sign, rest;
    in >> word;
    if (word == "sweep") return house_.sweep();
    if (word == "engine") return house_.employ_engine();
    in >> name;
    if (word == "advance") return house_.advance(Seconds{std::stoll(name)});
    if (word == "repeat") return repeat(blocks[at].line, std::stoi(name));
    if (word == "jwt") return settle(blocks, at, Kind::shown, jwt_lines(words_.get(name), house_));
    if (word == "token") {
      in >> rest;
      return words_.set(name, access_token(rest));
    }
    if (word == "check") {
      in >> rest;
      return words_.set(name, house_.check_of(words_.get(rest)));
    }
    if (word == "sign") {
      std::getline(in >> std::ws, rest);
      return words_.set(name, house_.engine_signature("msg_1", words_.expand(rest)));
    }
    if (word == "set") {
      std::getline(in >> std::ws, rest);
      return words_.set(name, words_.expand(rest));
    }
    if (word == "totp") {
      in >> rest;
      return words_.set(name, totp_of(words_.get(rest), house_.lease().now));
    }
    in >> sign;
    std::getline(in >> std::ws, rest);
    if (word == "keep" && sign == "#") return words_.set(name, found_in_head(response_, rest));
    if (word != "keep" || (sign != "=" && sign != "~"))
      throw std::runtime_error("no such order: " + order);
    words_.set(name, sign == "=" ? member_at(body_, rest) : found_in(body_, rest));
  }

  // What oauth/01_token.txt shows, without showing it again.
  std::string access_token(const std::string& client) {
    const std::string body = R"({"grant_type":"client_credentials","client_id":")" +
                             words_.get(client + ".client_id") + R"(","client_secret":")" +
                             words_.get(client + ".client_secret") + "\"}";
    const Message message =
        message_of({"POST /oauth2/token", "Content-Type: application/json", "", body}, words_);
    return member_at(house_.ask(message.head, message.body).body, "access_token");
  }

  // The block behind `at` is what is expected; there may be none yet.
  void settle(std::vector<Block>& blocks, std::size_t at, Kind kind, const Lines& got) {
    const bool is_there = at + 1 < blocks.size() && blocks[at + 1].kind == kind;
    const Lines want = is_there ? blocks[at + 1].lines : Lines{};
    want_ = want;
    if (mode_ == Mode::compare) return compare(blocks[at], want, got);
    want_ = words_.reword(want, got);
    if (is_there) blocks[at + 1].lines = want_;
    else blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(at) + 1, {kind, 0, want_});
  }

  void repeat(std::size_t line, int times) {
    for (int i = 0; i < times && count_ < differences_max; ++i)
      compare({Kind::order, line, {"repetition " + std::to_string(i + 1)}}, want_, asked());
  }

  void compare(const Block& asked, const Lines& want, const Lines& got) {
    if (words_.match_all(want, got)) return;
    ++count_;
    differences_ += place(asked.line) + asked.lines.front() + '\n';
    std::size_t same = 0;  // lines at the head that agree
    while (same < want.size() && same < got.size() && words_.match(want[same], got[same])) ++same;
    std::size_t tail = 0;
    while (same + tail < std::min(want.size(), got.size()) &&
           words_.match(want[want.size() - 1 - tail], got[got.size() - 1 - tail]))
      ++tail;
    for (std::size_t i = same; i + tail < want.size(); ++i) differences_ += "  - " + want[i] + '\n';
    for (std::size_t i = same; i + tail < got.size(); ++i) differences_ += "  + " + got[i] + '\n';
  }

  fs::path file_;
  Mode mode_;
  House house_;
  Words words_;
  std::string before_;
  Lines request_, want_;
  std::string body_;
  http::Response response_;
  std::string differences_;
  std::size_t count_ = 0;
};

}  // namespace

std::string play(const fs::path& file, Mode mode) { return Player(file, mode).play(); }

}  // namespace limen::transcripts
