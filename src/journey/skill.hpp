// Skill: what a journey asks for, as data. Ordered steps with typed fields and uploads, lifetimes,
// and the rules of its decision. A workflow of the device door is the same thing. Read
// from TOML by catalogue.hpp; checked answers come from check_answers. No step is ever known to
// this code by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/words.hpp"
#include "journey/rules.hpp"

namespace limen::journey {

enum class FieldType : std::uint8_t { text, boolean, date, country, mrz };
std::string_view to_string(FieldType type);  // "text", …
std::optional<FieldType> field_type_of(std::string_view name);

// An operator's own word for a name, in one language. Shown by labels.hpp.
struct Label {
  words::Language language;
  std::string text;
  friend bool operator==(const Label&, const Label&) = default;
};
using Labels = std::vector<Label>;
struct OptionLabels {
  std::string option;  // one of the field's one_of
  Labels labels;
  friend bool operator==(const OptionLabels&, const OptionLabels&) = default;
};

struct Field {
  std::string name;
  FieldType type = FieldType::text;
  bool required = true;
  std::size_t points_max = 0;         // text: code points, 0 means the general limit
  bool digits_only = false;           // text: only 0-9
  std::vector<std::string> one_of{};  // text: the allowed values, empty means any
  bool must_be_true = false;          // boolean: a consent
  bool must_be_past = false;          // date: before today
  std::string autofill{};             // what a browser may fill in (HTML section 4.10.18.7.1)
  Labels labels{};
  std::vector<OptionLabels> option_labels{};
  friend bool operator==(const Field&, const Field&) = default;
};

// What an upload is a picture of: which camera and which frame a page offers. Nothing is checked.
enum class Shows : std::uint8_t { picture, document, face };
std::string_view to_string(Shows shows);  // "picture", …
std::optional<Shows> shows_of(std::string_view name);

struct UploadRule {
  std::string type;
  bool required = true;
  Shows shows = Shows::picture;
  Labels labels{};
  friend bool operator==(const UploadRule&, const UploadRule&) = default;
};

struct StepRule {
  std::string name;
  std::vector<Field> fields{};
  std::vector<UploadRule> uploads{};
  Labels labels{};
  const UploadRule* upload(std::string_view type) const;
  friend bool operator==(const StepRule&, const StepRule&) = default;
};

struct Skill {
  std::string name;
  std::string title;
  std::vector<StepRule> steps{};
  Seconds session_life{};  // 0: as the installation is set
  Seconds pass_life{};
  Seconds consent_life{};
  Seconds retention{};                                // of the data, at least consent_life
  Rules rules{};                                      // of the decision
  Labels labels{};                                    // of the title
  const StepRule* step(std::string_view name) const;  // nullptr when there is none of that name
  bool has_uploads() const;
  friend bool operator==(const Skill&, const Skill&) = default;
};

// One answer: text, a yes or no, or the lines of a machine-readable zone.
using Value = std::variant<std::string, bool, std::vector<std::string>>;
struct Answer {
  std::string name;
  Value value;
  friend bool operator==(const Answer&, const Answer&) = default;
};
using Answers = std::vector<Answer>;

// The text of an answer, empty when absent or not a text.
std::string_view text_of(const Answers& answers, std::string_view name);

// The answers in the order of the definition, or the first broken rule: missing_fields,
// unknown_fields or invalid_field with the field's name and a sentence that says the rule. `today`
// decides about past dates.
Result<Answers> check_answers(const StepRule& rule, const Answers& given, Date today);

// ISO 3166-1 alpha-2 or alpha-3, upper case.
bool is_country(std::string_view code);
// The alpha-3 form of either form; empty when it is none.
std::string_view alpha3_of(std::string_view code);

}  // namespace limen::journey
