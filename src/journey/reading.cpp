// The text form of a reading: a line for each fact, words between single spaces, the first word
// says which. Written and read by this file alone, so it is strict: an unknown word is an error.
#include "journey/reading.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace limen::journey {
namespace {

constexpr std::string_view first_line = "reading 1";
constexpr std::size_t text_max = 64 * 1024;
constexpr std::size_t measures_max = 16, zone_lines_max = 3, licence_text_max = 128;
constexpr std::size_t word_max = 20, zone_line_max = 44;
constexpr std::size_t issuer_size = 6;
constexpr std::uint32_t side_max = 65'535;

// The next part of `rest` before `mark`, taken off it; all of it when there is no mark.
std::string_view take(std::string_view& rest, char mark) {
  const std::size_t at = std::min(rest.find(mark), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

std::optional<std::uint32_t> number_in(std::string_view word, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size() || value > most) return std::nullopt;
  return value;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= word_max &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}
bool is_zone_line(std::string_view text) {
  return !text.empty() && text.size() <= zone_line_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<';
  });
}

bool read_size(std::string_view rest, Reading& out) {
  const auto width = number_in(take(rest, ' '), side_max);
  const auto height = number_in(rest, side_max);
  if (!width || !height || (*width == 0) != (*height == 0)) return false;
  out.width = *width;
  out.height = *height;
  return true;
}

bool read_measure(std::string_view rest, Reading& out) {
  const std::string_view name = take(rest, ' ');
  const auto score = number_in(take(rest, ' '), 100);
  if (!is_word(name) || !score || (rest != "good" && rest != "bad")) return false;
  if (out.measures.size() == measures_max) return false;
  out.measures.push_back({std::string(name), static_cast<int>(*score), rest == "bad"});
  return true;
}

bool read_zone(std::string_view rest, Reading& out) {
  ZoneRead zone;
  const std::string_view sure = take(rest, ' ');
  if (out.zone || (sure != "certain" && sure != "uncertain")) return false;
  zone.is_certain = sure == "certain";
  while (!rest.empty()) {
    const std::string_view line = take(rest, ' ');
    if (!is_zone_line(line) || zone.lines.size() == zone_lines_max) return false;
    zone.lines.emplace_back(line);
  }
  if (zone.lines.size() < 2) return false;
  out.zone = std::move(zone);
  return true;
}

// An empty text is a dash: hex has none.
std::string hex_or_dash(std::string_view text) { return text.empty() ? "-" : hex(as_bytes(text)); }
bool read_text(std::string_view word, std::string& out) {
  if (word == "-") return true;
  const auto bytes = from_hex(word);
  if (!bytes || bytes->empty() || bytes->size() > licence_text_max) return false;
  out = as_text(*bytes);
  return is_utf8(out) && !has_control(out);
}

std::string date_or_dash(const std::optional<Date>& date) { return date ? iso_date(*date) : "-"; }
bool read_date(std::string_view word, std::optional<Date>& out) {
  if (word == "-") return true;
  out = parse_date(word);
  return out.has_value();
}

// The end of the line. Readings of before have its first word alone.
bool read_kind(std::string_view rest, LicenceRead& out) {
  const bool is_older = rest == "whole" || rest == "cut";
  const std::string_view names = take(rest, ' ');
  if (names != "whole" && names != "cut") return false;
  out.names_are_cut = names == "cut";
  if (is_older) return true;
  const std::string_view issuer = take(rest, ' ');
  const bool is_issuer =
      issuer.size() == issuer_size && issuer.find_first_not_of("0123456789") == issuer.npos;
  if (!is_issuer && issuer != "-") return false;
  if (is_issuer) out.issuer = issuer;
  out.is_licence = rest == "licence";
  return out.is_licence || rest == "card";
}

bool read_licence(std::string_view rest, Reading& out) {
  LicenceRead licence;
  if (out.licence) return false;
  for (std::string* text : {&licence.number, &licence.family_name, &licence.first_name,
                            &licence.middle_names, &licence.country})
    if (!read_text(take(rest, ' '), *text)) return false;
  if (!read_date(take(rest, ' '), licence.birth)) return false;
  if (!read_date(take(rest, ' '), licence.expiry)) return false;
  if (!read_kind(rest, licence)) return false;
  out.licence = std::move(licence);
  return true;
}

bool read_line(std::string_view line, Reading& out) {
  const std::string_view kind = take(line, ' ');
  if (kind == "measure") return read_measure(line, out);
  if (kind == "zone") return read_zone(line, out);
  if (kind == "licence") return read_licence(line, out);
  return false;
}

}  // namespace

std::string to_text(const Reading& reading) {
  std::string out(first_line);
  out += "\nsize " + std::to_string(reading.width) + ' ' + std::to_string(reading.height) + '\n';
  for (const Measure& m : reading.measures)
    out += "measure " + m.name + ' ' + std::to_string(m.score) + (m.is_bad ? " bad\n" : " good\n");
  if (reading.zone) {
    out += reading.zone->is_certain ? "zone certain" : "zone uncertain";
    for (const std::string& line : reading.zone->lines) out += ' ' + line;
    out += '\n';
  }
  if (const auto& licence = reading.licence) {
    out += "licence";
    for (const std::string* text : {&licence->number, &licence->family_name, &licence->first_name,
                                    &licence->middle_names, &licence->country})
      out += ' ' + hex_or_dash(*text);
    out += ' ' + date_or_dash(licence->birth) + ' ' + date_or_dash(licence->expiry);
    out += licence->names_are_cut ? " cut " : " whole ";
    out += licence->issuer.empty() ? "-" : licence->issuer;
    out += licence->is_licence ? " licence\n" : " card\n";
  }
  return out;
}

std::optional<Reading> reading_of(std::string_view text) {
  if (text.size() > text_max || !text.ends_with('\n')) return std::nullopt;
  if (take(text, '\n') != first_line || take(text, ' ') != "size") return std::nullopt;
  Reading out;
  if (!read_size(take(text, '\n'), out)) return std::nullopt;
  while (!text.empty())
    if (!read_line(take(text, '\n'), out)) return std::nullopt;
  return out;
}

}  // namespace limen::journey
