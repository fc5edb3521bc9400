// A header, designators that say where subfiles lie, then elements of three letters and a value up
// to the end of a line. Authorities have printed offsets that are wrong, so a designator is only
// believed where its subfile begins with its own name; else the first such name after the
// designators counts.
#include "evidence/aamva.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace limen::evidence {
namespace {

constexpr std::size_t designator_size = 10;
constexpr std::size_t designators_max = 16;

std::optional<int> number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  if (digits.empty()) return std::nullopt;
  return value;
}

struct Header {
  int version = 0;
  std::string_view issuer{};
  std::size_t size = 0;
  std::size_t count = 0;  // of subfiles
};

// "@", three separators, file type, issuer, version, from version 2 on the issuer's own version,
// number of subfiles. The first cards wrote AAMVA where it is ANSI now.
std::optional<Header> header_of(std::string_view text) {
  if (text.size() < 19 || text[0] != '@') return std::nullopt;
  const std::string_view type = text.substr(4, 5);
  if (type != "ANSI " && type != "AAMVA") return std::nullopt;
  const auto version = number_of(text.substr(15, 2));
  Header header{version.value_or(0), text.substr(9, 6), 0, 0};
  if (!version || !number_of(header.issuer)) return std::nullopt;
  header.size = *version < 2 ? 19 : 21;
  if (text.size() < header.size) return std::nullopt;
  const auto count = number_of(text.substr(header.size - 2, 2));
  if (!count) return std::nullopt;
  header.count = std::min<std::size_t>(static_cast<std::size_t>(*count), designators_max);
  return header;
}

struct Subfile {
  bool is_licence = true;
  std::string_view body{};
};

// From the end of its name to the end of the segment.
Subfile subfile_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 2);
  return {text.substr(at, 2) == "DL", rest.substr(0, rest.find('\r'))};
}

bool is_name(std::string_view text) { return text == "DL" || text == "ID"; }

std::optional<Subfile> subfile_of(std::string_view text, const Header& header) {
  std::size_t at = header.size;
  for (std::size_t i = 0; i < header.count && at + designator_size <= text.size(); ++i) {
    const std::string_view name = text.substr(at, 2);
    const auto offset = number_of(text.substr(at + 2, 4));
    if (!is_name(name) && !offset) break;
    at += designator_size;
    if (!is_name(name) || !offset) continue;
    const auto place = static_cast<std::size_t>(*offset);
    if (place >= at && place + 2 <= text.size() && text.substr(place, 2) == name)
      return subfile_at(text, place);
  }
  for (; at + 2 <= text.size(); ++at)
    if (is_name(text.substr(at, 2))) return subfile_at(text, at);
  return std::nullopt;
}

// Latin-1 as it stands in the code, as UTF-8 unless it is that already.
std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

// An element's value as it may be shown: one line, not too long, whole characters.
std::string plain(std::string_view value) {
  std::string text = single_line(as_utf8(value.substr(0, aamva_value_max)));
  while (text.size() > aamva_value_max || !is_utf8(text)) text.pop_back();
  std::string_view kept = trim(text);
  if (kept == "NONE" || kept == "unavl" || kept == "UNAVL") return {};
  return std::string(kept);
}

class Elements {
 public:
  explicit Elements(std::string_view body) : body_(body) {}

  // The first one of that name, raw.
  std::string_view raw(std::string_view name) const {
    std::string_view rest = body_;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (rest.substr(0, end).starts_with(name)) return rest.substr(3, end - 3);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }
  std::string text(std::string_view name) const { return plain(raw(name)); }
  std::string first_of(std::string_view name, std::string_view other) const {
    std::string found = text(name);
    return found.empty() ? text(other) : found;
  }
  bool is(std::string_view name, std::string_view value) const { return trim(raw(name)) == value; }

 private:
  std::string_view body_;
};

// MMDDCCYY in the United States, CCYYMMDD in Canada and in version 1. No month is 19 or 20, so the
// text itself tells which it is.
std::optional<Date> date_of_element(std::string_view raw) {
  const std::string_view text = trim(raw);
  if (text.size() != 8 || !number_of(text)) return std::nullopt;
  const bool is_year_first = text.starts_with("19") || text.starts_with("20");
  const std::string_view year = is_year_first ? text.substr(0, 4) : text.substr(4);
  const std::string_view day = is_year_first ? text.substr(4) : text.substr(0, 4);
  if (!year.starts_with("19") && !year.starts_with("20")) return std::nullopt;
  return parse_date(std::string(year) + "-" + std::string(day.substr(0, 2)) + "-" +
                    std::string(day.substr(2)));
}

// Part before the first `separator`, and part behind it.
std::array<std::string, 2> split(const std::string& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  return {std::string(trim(std::string_view(text).substr(0, at))),
          std::string(trim(std::string_view(text).substr(std::min(at + 1, text.size()))))};
}

// Version 1 may have all names in one element, versions 2 and 3 all given names.
void read_names(const Elements& elements, Licence& licence) {
  licence.family_name = elements.first_of("DCS", "DAB");
  licence.first_name = elements.text("DAC");
  licence.middle_names = elements.text("DAD");
  std::string given = elements.text("DCT");
  if (const std::string whole = elements.text("DAA");
      licence.family_name.empty() && !whole.empty()) {
    const auto parts = split(whole, ',');
    licence.family_name = parts[0];
    if (given.empty()) given = parts[1];
  }
  if (licence.first_name.empty() && !given.empty()) {
    const auto parts = split(given, given.find(',') != std::string::npos ? ',' : ' ');
    licence.first_name = parts[0];
    if (licence.middle_names.empty()) licence.middle_names = parts[1];
  }
  licence.family_is_cut = elements.is("DDE", "T");
  licence.first_is_cut = elements.is("DDF", "T");
  licence.middle_is_cut = elements.is("DDG", "T");
}

char sex_of(std::string_view raw) {
  const std::string_view text = trim(raw);
  if (text == "1" || text == "M") return 'M';
  if (text == "2" || text == "F") return 'F';
  if (text == "9" || text == "X") return 'X';
  return 0;
}

}  // namespace

std::optional<Licence> read_aamva(std::string_view text) {
  text = text.substr(0, aamva_bytes_max);
  const auto header = header_of(text);
  if (!header) return std::nullopt;
  const auto subfile = subfile_of(text, *header);
  if (!subfile) return std::nullopt;
  const Elements elements(subfile->body);
  Licence licence;
  licence.version = header->version;
  licence.issuer = header->issuer;
  licence.is_licence = subfile->is_licence;
  licence.number = elements.text("DAQ");
  read_names(elements, licence);
  if (licence.number.empty() && licence.family_name.empty()) return std::nullopt;
  licence.birth = date_of_element(elements.raw("DBB"));
  licence.expiry = date_of_element(elements.raw("DBA"));
  licence.issued = date_of_element(elements.raw("DBD"));
  licence.sex = sex_of(elements.raw("DBC"));
  licence.street = elements.first_of("DAG", "DAL");
  licence.city = elements.first_of("DAI", "DAN");
  licence.state = elements.first_of("DAJ", "DAO");
  licence.postcode = elements.first_of("DAK", "DAP");
  licence.country = elements.text("DCG");
  return licence;
}

}  // namespace limen::evidence
