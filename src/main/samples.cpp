// See samples.hpp.
#include "main/samples.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "main/keys.hpp"

namespace limen::main {

namespace {

void add(std::vector<journey::Skill>& skills, std::vector<std::string>& errors,
         std::string_view text, std::string_view file) {
  journey::SkillFile read = journey::read_skills(text, file);
  for (const auto& error : read.errors) errors.push_back(journey::to_string(error));
  for (auto& skill : read.skills) {
    const bool is_known = std::any_of(skills.begin(), skills.end(),
                                      [&](const auto& s) { return s.name == skill.name; });
    if (is_known)
      errors.push_back(std::string(file) + ": skill " + skill.name + " is defined twice");
    skills.push_back(std::move(skill));
  }
}

}  // namespace

journey::Catalogue load_skills(const std::filesystem::path& folder) {
  std::vector<journey::Skill> skills;
  std::vector<std::string> errors;
  if (folder.empty()) {
    for (const auto& [name, text] : sample_skills()) add(skills, errors, text, name);
  } else {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".toml") files.insert(entry.path());
    for (const auto& file : files) add(skills, errors, read_file(file), file.string());
    if (files.empty()) errors.push_back(folder.string() + ": holds no .toml file");
  }
  if (!errors.empty()) {
    std::string all;
    for (const auto& error : errors) all += (all.empty() ? "" : "\n") + error;
    throw std::runtime_error(all);
  }
  return journey::Catalogue(std::move(skills));
}

std::vector<std::string> check_skill_file(const std::filesystem::path& file) {
  std::vector<journey::Skill> skills;
  std::vector<std::string> errors;
  add(skills, errors, read_file(file), file.string());
  if (errors.empty() && skills.empty()) errors.push_back(file.string() + ": holds no [[skill]]");
  return errors;
}

}  // namespace limen::main
