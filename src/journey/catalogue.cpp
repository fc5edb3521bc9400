// Reading skills from TOML 1.0. A file is read to its end whatever is wrong with it, so that its
// author sees every broken rule at once; each names file, line and rule. An unknown key is an error
// with the nearest known one, because a misspelt `required` would silently change what people are
// asked. It opens no file.
#include "journey/catalogue.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "journey/rules_file.hpp"
#include "journey/tables.hpp"

namespace limen::journey {
namespace {

constexpr Seconds life_max = std::chrono::days{36'500};
constexpr std::size_t title_points = 200;

// `[A-Za-z0-9_.#-]{1,64}`
bool is_skill_name(std::string_view name) {
  const auto is_right = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.#-").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_right);
}

// `[a-z][a-z0-9_]{0,39}`
bool is_part_name(std::string_view name) {
  const auto is_right = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 40 && name[0] >= 'a' && name[0] <= 'z' &&
         std::ranges::all_of(name, is_right);
}

class SkillReader : Tables {
 public:
  using Tables::Tables;

  SkillFile read(std::string_view text) {
    const toml::parse_result parsed = toml::parse(text, file());
    if (!parsed) {
      say_no_toml(parsed.error());
      return finished();
    }
    const toml::table& root = parsed.table();
    check_keys(root, "the file", {"skill"});
    each_table(root, "skill", [&](const toml::table& table) { read_skill(table); });
    return finished();
  }

 private:
  SkillFile finished() {
    out_.errors = take_errors();
    return std::move(out_);
  }

  // A table of language = text. A language nobody reads the pages in would never be shown.
  Labels read_labels(const toml::table& table, std::string_view key) {
    Labels out;
    const toml::node* node = table.get(key);
    if (node == nullptr) return out;
    const toml::table* texts = node->as_table();
    if (texts == nullptr)
      return say(node->source(), ticked(key) + " must be a table of language = \"text\""), out;
    for (const auto& [code, text] : *texts) {
      const auto language = words::language_of(code.str());
      if (!language) {
        say(code.source(), ticked(key) + " knows no language " + ticked(code.str()) +
                               suggestion(code.str(), words::language_codes));
        continue;
      }
      std::string label = text.value_exact<std::string>().value_or("");
      if (trim(label).empty() || single_line(label) != label || count_points(label) > title_points)
        say(text.source(), ticked(key) + " must hold lines of 1 to 200 characters");
      out.push_back({*language, std::move(label)});
    }
    return out;
  }

  std::vector<OptionLabels> read_option_labels(const toml::table& table, const Field& field) {
    std::vector<OptionLabels> out;
    const toml::node* node = table.get("option_label");
    if (node == nullptr) return out;
    const toml::table* options = node->as_table();
    if (options == nullptr)
      return say(node->source(), "`option_label` must hold a table for each option"), out;
    for (const auto& [option, labels] : *options) {
      if (std::ranges::find(field.one_of, option.str()) == field.one_of.end())
        say(option.source(), "`one_of` has no option " + ticked(option.str()) +
                                 suggestion(option.str(), field.one_of));
      out.push_back({std::string(option.str()), read_labels(*options, option.str())});
    }
    return out;
  }

  Seconds read_life(const toml::table& table, std::string_view key, Seconds otherwise) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return otherwise;
    std::optional<Seconds> life;
    const auto text = node->value_exact<std::string>();
    const bool has_unit = text && text->find_last_of("smhd") != std::string::npos;
    if (has_unit) life = parse_life(*text);  // seconds without a unit are a number here, no text
    else if (const auto count = node->value_exact<std::int64_t>())
      life = Seconds{std::clamp<std::int64_t>(*count, 0, life_max.count() + 1)};
    if (life && *life >= Seconds{1} && *life <= life_max) return *life;
    say(node->source(), ticked(key) +
                            " must be a life like \"30m\", \"12h\" or \"14d\", or whole seconds, "
                            "from 1 s to 36500 d");
    return otherwise;
  }

  // The name under `key`, or an error when it is absent, of the wrong form or already in `taken`.
  struct Naming {
    std::string_view what, key, pattern;
    bool (*is_right)(std::string_view);
  };
  template <class Taken>
  std::string read_name(const toml::table& table, const Naming& naming, const Taken& taken) {
    const toml::node* node = table.get(naming.key);
    if (node == nullptr) {
      say(table.source(), std::string(naming.what) + " needs a " + ticked(naming.key));
      return {};
    }
    std::string name = read_text(table, naming.key);
    if (!node->is_string()) return name;
    if (!naming.is_right(name))
      say(node->source(), std::string(naming.what) + " " + std::string(naming.key) +
                              " must match " + std::string(naming.pattern));
    else if (taken(name))
      say(node->source(), std::string(naming.what) + " " + ticked(name) + " is there twice");
    return name;
  }

  void read_skill(const toml::table& table) {
    check_keys(table, "a skill",
               {"name", "title", "session_life", "pass_life", "consent_life", "retention", "rules",
                "rules_version", "required_factors", "minimum_age", "label", "step"});
    Skill skill;
    skill.name =
        read_name(table, {"skill", "name", "[A-Za-z0-9_.#-]{1,64}", is_skill_name},
                  [&](const std::string& name) {
                    return std::ranges::find(out_.skills, name, &Skill::name) != out_.skills.end();
                  });
    const bool has_title = table.contains("title");
    skill.title = has_title ? read_text(table, "title") : skill.name;
    if (has_title && (has_control(skill.title) || count_points(skill.title) > title_points))
      say(place(table, "title"), "`title` must be one line of at most 200 characters");
    skill.labels = read_labels(table, "label");
    skill.session_life = read_life(table, "session_life", Seconds{0});
    skill.pass_life = read_life(table, "pass_life", limits::pass_life);
    skill.consent_life = read_life(table, "consent_life", limits::consent_life);
    skill.retention = read_life(table, "retention",
                                std::max<Seconds>(limits::retention_life, skill.consent_life));
    if (skill.retention < skill.consent_life)
      say(place(table, "retention"), "`retention` must be at least `consent_life`");
    skill.rules = read_rules_of(table);
    each_table(table, "skill.step", [&](const toml::table& step) { read_step(step, skill); });
    if (skill.steps.empty()) say(table.source(), "a skill needs at least one [[skill.step]]");
    out_.skills.push_back(std::move(skill));
  }

  Rules read_rules_of(const toml::table& skill) {
    const toml::node* node = skill.get("rules");
    if (node == nullptr) return short_rules_in(*this, skill);
    for (const std::string_view key : {"rules_version", "required_factors", "minimum_age"})
      if (skill.contains(key))
        say(place(skill, key), ticked(key) + " stands in [skill.rules] where there is one");
    if (const toml::table* rules = node->as_table()) return rules_in(*this, *rules);
    say(node->source(), "`rules` must be written as [skill.rules]");
    return {};
  }

  void read_step(const toml::table& table, Skill& skill) {
    check_keys(table, "a step", {"name", "label", "field", "upload"});
    StepRule step;
    step.name = read_name(table, {"step", "name", "[a-z][a-z0-9_]{0,39}", is_part_name},
                          [&](const std::string& name) { return skill.step(name) != nullptr; });
    step.labels = read_labels(table, "label");
    each_table(table, "skill.step.field",
               [&](const toml::table& field) { read_field(field, step); });
    each_table(table, "skill.step.upload", [&](const toml::table& upload) {
      check_keys(upload, "an upload", {"type", "required", "label", "shows"});
      UploadRule rule;
      rule.type = read_name(upload, {"upload", "type", "[a-z][a-z0-9_]{0,39}", is_part_name},
                            [&](const std::string& type) { return step.upload(type) != nullptr; });
      rule.required = read_flag(upload, "required", true);
      rule.labels = read_labels(upload, "label");
      rule.shows = read_shows(upload);
      refuse_two_meanings(rule, skill, upload);
      step.uploads.push_back(std::move(rule));
    });
    skill.steps.push_back(std::move(step));
  }

  // A picture is looked at by its type, whichever step it is for.
  void refuse_two_meanings(const UploadRule& rule, const Skill& skill, const toml::table& table) {
    for (const StepRule& step : skill.steps)
      if (const UploadRule* other = step.upload(rule.type); other && other->shows != rule.shows)
        say(place(table, "shows"), "upload `" + rule.type + "` shows something else in step `" +
                                       step.name + "`; give it another type");
  }

  Shows read_shows(const toml::table& table) {
    const toml::node* node = table.get("shows");
    if (node == nullptr) return Shows::picture;
    const auto shows = shows_of(read_text(table, "shows"));
    if (!shows && node->is_string())
      say(node->source(), "`shows` must be one of document, face, picture");
    return shows.value_or(Shows::picture);
  }

  // HTML section 4.10.18.7.1: "given-name", "bday", "address-line1", …
  std::string read_autofill(const toml::table& table) {
    std::string word = read_text(table, "autofill");
    const bool is_word = std::ranges::all_of(
        word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
    if (!is_word || word.size() > 40)
      say(place(table, "autofill"), "`autofill` must be a word like \"given-name\" or \"bday\"");
    return word;
  }

  void read_field(const toml::table& table, StepRule& step) {
    check_keys(table, "a field",
               {"name", "type", "required", "max", "digits", "one_of", "must_be_true", "past",
                "label", "option_label", "autofill"});
    Field field;
    field.name =
        read_name(table, {"field", "name", "[a-z][a-z0-9_]{0,39}", is_part_name},
                  [&](const std::string& name) {
                    return std::ranges::find(step.fields, name, &Field::name) != step.fields.end();
                  });
    const auto type = field_type_of(read_text(table, "type"));
    if (!table.contains("type")) say(table.source(), "field needs a `type`");
    else if (!type && table["type"].is_string())
      say(place(table, "type"), "field type must be one of text, boolean, date, country, mrz");
    field.type = type.value_or(FieldType::text);
    field.required = read_flag(table, "required", true);
    field.digits_only = read_flag(table, "digits", false);
    field.must_be_true = read_flag(table, "must_be_true", false);
    field.must_be_past = read_flag(table, "past", false);
    field.one_of = read_list(table, "one_of");
    field.autofill = read_autofill(table);
    field.points_max =
        static_cast<std::size_t>(read_number(table, "max", 1, limits::field_points, 0));
    field.labels = read_labels(table, "label");
    field.option_labels = read_option_labels(table, field);
    if (type) check_belongings(table, field);
    check_choices(table, field);
    step.fields.push_back(std::move(field));
  }

  // A rule under the wrong type would never be looked at, and its author would trust it.
  void check_belongings(const toml::table& table, const Field& field) {
    struct Belonging {
      std::string_view key;
      FieldType type;
    };
    for (const auto& [key, type] :
         {Belonging{"max", FieldType::text}, Belonging{"digits", FieldType::text},
          Belonging{"one_of", FieldType::text}, Belonging{"must_be_true", FieldType::boolean},
          Belonging{"past", FieldType::date}})
      if (const toml::node* node = table.get(key); node != nullptr && field.type != type)
        say(node->source(),
            ticked(key) + " belongs to a field of type " + std::string(to_string(type)));
  }

  // A choice that the field's other rules refuse can never be made.
  void check_choices(const toml::table& table, const Field& field) {
    if (field.one_of.empty() || field.type != FieldType::text) return;
    Field rules = field;
    rules.one_of.clear();
    for (const std::string& choice : field.one_of)
      if (!check_answers({"step", {rules}, {}}, {{field.name, choice}}, Date{}))
        say(place(table, "one_of"),
            "`one_of` names " + ticked(choice) + ", which the field's other rules refuse");
  }

  SkillFile out_{};
};

}  // namespace

SkillFile read_skills(std::string_view text, std::string_view file) {
  return SkillReader(file).read(text);
}

const Skill* Catalogue::find(std::string_view name) const {
  const auto found = std::ranges::find(skills_, name, &Skill::name);
  return found == skills_.end() ? nullptr : &*found;
}

}  // namespace limen::journey
