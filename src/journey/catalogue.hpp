// The catalogue of skills, read from TOML text. One file holds any number of [[skill]] tables. A
// file is refused as a whole with every broken rule named by file, line and rule, so that a typing
// error never changes what people are asked. It reads text it is given; opening files is main's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journey/file_error.hpp"
#include "journey/skill.hpp"

namespace limen::journey {

struct SkillFile {
  std::vector<Skill> skills;
  std::vector<FileError> errors;  // when not empty, skills must not be used
};
SkillFile read_skills(std::string_view text, std::string_view file);

class Catalogue {
 public:
  Catalogue() = default;
  explicit Catalogue(std::vector<Skill> skills) : skills_(std::move(skills)) {}
  const Skill* find(std::string_view name) const;
  const std::vector<Skill>& all() const { return skills_; }

 private:
  std::vector<Skill> skills_;
};

}  // namespace limen::journey
