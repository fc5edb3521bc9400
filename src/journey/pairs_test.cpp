// Pairs of names, read from testdata/names.txt: what a person typed against what a document states,
// through a whole decision, and that neither letter case nor Unicode's normal forms matter. The
// rules behind the wanted levels are in names.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "journey/decision.hpp"
#include "journey/given_test.hpp"
#include "journey/names.hpp"
#include "journey/session.hpp"
#include "journey/skill.hpp"

namespace limen::journey {
namespace {

void append_utf8(std::string& out, char32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    tail(12), tail(6), tail(0);
  }
}

std::vector<std::string> fields_of(const std::string& line, char separator) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, separator);) out.push_back(field);
  if (line.ends_with(separator)) out.emplace_back();
  return out;
}

std::vector<std::string> lines_of(const char* file) {
  std::ifstream in(std::string(LIMEN_JOURNEY_TESTDATA) + file);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  EXPECT_FALSE(out.empty()) << file;
  return out;
}

// \u0301 and the like.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 2, "\\u") == 0) {
      append_utf8(out, static_cast<char32_t>(std::stoul(text.substr(at + 2, 4), nullptr, 16)));
      at += 6;
    } else {
      out += text[at++];
    }
  }
  return out;
}

struct NamePair {
  std::size_t line;
  std::string text;
  Applicant form;
  MrzForm zone_form;
  std::string zone;
  std::string want;
};

std::vector<NamePair> name_pairs() {
  std::vector<NamePair> out;
  std::size_t number = 0;
  for (const std::string& line : lines_of("names.txt")) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const auto field = fields_of(line, '|');
    if (field.size() != 6) {
      ADD_FAILURE() << "names.txt:" << number << ": " << field.size() << " fields, wanted 6";
      continue;
    }
    NamePair pair{number, line, {}, MrzForm::td3, field[3], field[4]};
    pair.form = {unescaped(field[0]), unescaped(field[1]), unescaped(field[2]), "1974-08-12",
                 false};
    if (pair.zone.starts_with("td1:")) pair.zone_form = MrzForm::td1;
    if (pair.zone.starts_with("td2:")) pair.zone_form = MrzForm::td2;
    if (pair.zone.starts_with("fra:")) pair.zone_form = MrzForm::fra;
    if (pair.zone_form != MrzForm::td3) pair.zone.erase(0, 4);
    out.push_back(std::move(pair));
  }
  return out;
}

Factor integrity_of(const NamePair& pair) {
  Document document;
  document.names = pair.zone;
  if (pair.zone_form == MrzForm::fra) document.number = "880692310285";
  Session session;
  session.steps.resize(1);
  session.steps[0].answers = {{"mrz", zone_of(pair.zone_form, document)}};
  session.applicant = pair.form;
  return decide(session, Skill{}, start).factors.at(0);
}

TEST(names, are_compared_as_the_table_wants) {
  const auto pairs = name_pairs();
  EXPECT_GE(pairs.size(), 500U);
  for (const NamePair& pair : pairs) {
    const Factor factor = integrity_of(pair);
    EXPECT_EQ(to_string(factor.level), pair.want)
        << "names.txt:" << pair.line << ": " << pair.text << "\n  " << factor.explanation;
  }
}

// Everybody's last name against others' that begin alike, the hardest there are: it is theirs only
// when it has their letters, and it is taken for another with very few.
TEST(names, of_others_are_others) {
  std::set<std::string> names;
  for (const NamePair& pair : name_pairs()) {
    std::string primary = pair.zone.substr(0, pair.zone.find("<<"));
    std::ranges::replace(primary, '<', ' ');
    if (pair.zone_form == MrzForm::td3 && pair.zone.size() < 39) names.insert(primary);
  }
  const auto letters_in = [](std::string name) {
    std::erase(name, ' ');
    return name;
  };
  std::size_t compared = 0, doubtful = 0;
  for (auto one = names.begin(); one != names.end(); ++one) {
    auto other = one;
    for (int i = 0; i < 20 && ++other != names.end(); ++i) {
      const Likeness got = compare_names({"", *one, ""}, {*other, "ANNA"}).last;
      ++compared;
      if (got == Likeness::different) continue;
      ++doubtful;
      const bool has_titles = one->starts_with("KING") || one->starts_with("DR ");
      if (got == Likeness::same && !has_titles) {
        EXPECT_EQ(letters_in(*one), letters_in(*other));
      }
    }
  }
  EXPECT_GT(compared, 5000U);
  EXPECT_LT(doubtful, compared / 50) << doubtful << " of " << compared;
}

// --- other forms of the same text ---

using Points = std::u32string;

Points points_in(std::string_view text) {
  Points out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out += byte;
    else if (byte >= 0xC0) out += byte & (byte >= 0xF0 ? 0x07U : byte >= 0xE0 ? 0x0FU : 0x1FU);
    else out.back() = out.back() << 6 | (byte & 0x3FU);
  }
  return out;
}
std::string utf8_of(const Points& points) {
  std::string out;
  for (const char32_t point : points) append_utf8(out, point);
  return out;
}

using Mapping = std::map<char32_t, Points>;

// What letters.txt knows, and ASCII.
struct Unicode {
  Mapping decomposed, capital, small;
  Unicode() {
    for (const std::string& line : lines_of("letters.txt")) {
      if (line.starts_with('#')) continue;
      const auto field = fields_of(line, ';');
      const char32_t letter = points_from(field.at(0)).at(0);
      decomposed[letter] = points_from(field.at(1));
      capital[letter] = points_from(field.at(2));
      small[letter] = points_from(field.at(3));
    }
    for (char32_t c = 'A'; c <= 'Z'; ++c) {
      small[c] = {c + 0x20};
      capital[c + 0x20] = {c};
    }
  }
  static Points points_from(const std::string& codes) {
    Points out;
    for (const std::string& code : fields_of(codes, ' '))
      out += static_cast<char32_t>(std::stoul(code, nullptr, 16));
    return out;
  }

  // NFC: after taking everything apart, the longest sequences that are one letter.
  std::string composed(const std::string& text) const {
    Points rest = points_in(mapped(text, decomposed)), out;
    while (!rest.empty()) {
      std::size_t size = 1;
      char32_t letter = rest[0];
      for (const auto& [whole, parts] : decomposed)
        if (parts.size() > size && rest.starts_with(parts)) {
          size = parts.size();
          letter = whole;
        }
      out += letter;
      rest.erase(0, size);
    }
    return utf8_of(out);
  }
  static std::string mapped(const std::string& text, const Mapping& mapping) {
    Points out;
    for (const char32_t point : points_in(text)) {
      const auto found = mapping.find(point);
      if (found == mapping.end()) out += point;
      else out += found->second;
    }
    return utf8_of(out);
  }
};

TEST(names, are_compared_without_regard_to_case_and_normal_form) {
  const Unicode unicode;
  using Change = std::function<std::string(const std::string&)>;
  const auto to = [](const Mapping& mapping) -> Change {
    return [&mapping](const std::string& text) { return Unicode::mapped(text, mapping); };
  };
  const std::pair<const char*, Change> changes[] = {
      {"capital", to(unicode.capital)},
      {"small", to(unicode.small)},
      {"decomposed", to(unicode.decomposed)},
      {"composed", [&](const std::string& text) { return unicode.composed(text); }},
      {"capital, decomposed",
       [&](const std::string& text) {
         return Unicode::mapped(Unicode::mapped(text, unicode.capital), unicode.decomposed);
       }},
  };
  std::size_t changed = 0;
  for (const NamePair& pair : name_pairs())
    for (const auto& [name, change] : changes) {
      NamePair other = pair;
      for (std::string Applicant::*part :
           {&Applicant::first_name, &Applicant::last_name, &Applicant::additional_names})
        other.form.*part = change(pair.form.*part);
      if (other.form == pair.form) continue;
      ++changed;
      EXPECT_EQ(to_string(integrity_of(other).level), pair.want)
          << name << ": names.txt:" << pair.line << ": " << pair.text;
    }
  EXPECT_GT(changed, 1000U);
}

// --- one wrong digit ---

// VD10: "one changed digit fails the check".
TEST(decide, is_lowered_by_every_wrong_digit_of_a_checked_field) {
  struct Case {
    const char* name;
    MrzForm form;
    Document document;
    std::size_t digits;  // in the checked fields, with their check digits
  };
  Document passport{.number = "890123457", .optional = "9876543210"};
  Document card{.code = "I<", .number = "890123457", .optional = "98765"};
  Document long_card{.code = "I<", .number = "8901234576543"};
  Document visa{.code = "V<", .number = "890123457", .optional = "98765"};
  Document french{.issuer = "FRA", .number = "890123457654", .optional = "123456"};
  const Case cases[] = {
      {"TD1", MrzForm::td1, card, 10 + 5 + 14 + 1},
      {"TD1, long number", MrzForm::td1, long_card, 14 + 14 + 1},
      {"TD2", MrzForm::td2, card, 10 + 14 + 5 + 1},
      {"TD2, long number", MrzForm::td2, long_card, 14 + 14 + 1},
      {"TD3", MrzForm::td3, passport, 10 + 14 + 10 + 1 + 1},
      {"MRV-A", MrzForm::mrv_a, visa, 10 + 14},
      {"MRV-B", MrzForm::mrv_b, visa, 10 + 14},
      {"FRA", MrzForm::fra, french, 6 + 13 + 7 + 1},
  };
  Skill skill;
  Field field;
  field.name = "mrz";
  field.type = FieldType::mrz;
  skill.steps = {{"document", {field}, {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Lines right = zone_of(c.form, c.document);
    const auto level_of = [&](const Lines& lines) {
      Session session;
      session.steps.resize(1);
      session.steps[0].answers = {{"country", c.form == MrzForm::fra ? "FR" : "SK"},
                                  {"mrz", lines}};
      return decide(session, skill, start).level;
    };
    // No expiry stands in the French card's zone, so a person looks at it.
    ASSERT_EQ(level_of(right), c.form == MrzForm::fra ? Level::medium : Level::high);
    const bool is_visa = c.form == MrzForm::mrv_a || c.form == MrzForm::mrv_b;
    std::size_t digits = 0;
    for (std::size_t line = 0; line < right.size(); ++line)
      for (std::size_t at = 0; at < right[line].size(); ++at) {
        // A visa's optional element has no check digit (part 7).
        if (right[line][at] < '0' || right[line][at] > '9' || (is_visa && at >= 28)) continue;
        ++digits;
        for (char digit = '0'; digit <= '9'; ++digit) {
          Lines wrong = right;
          wrong[line][at] = digit;
          if (digit == right[line][at]) continue;
          EXPECT_EQ(level_of(wrong), Level::low) << "line " << line << " at " << at << digit;
        }
      }
    EXPECT_EQ(digits, c.digits);
  }
}

}  // namespace
}  // namespace limen::journey
