// Rules: what an operator may say about a skill's decision, as data: which factors are required,
// where thresholds lie, and what each level of each factor counts as. A session is decided by the
// rules it began under, so a set of rules has one text, and the digest of that text names it.
// Written by hand in a skill's [skill.rules] or in a file of its own, read by one reader. What a
// factor finds is decision.cpp's; no rule can make a factor say something else.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "journey/decision.hpp"
#include "journey/file_error.hpp"
#include "seal/digest.hpp"

namespace limen::journey {

// The measures of a picture that an operator may set a least score for: as a reading names them.
constexpr std::array<std::string_view, 6> measure_names = {"dark",  "bright", "blurred",
                                                           "glare", "far",    "cut"};

struct Rules {
  // A level of a factor that counts as another than by itself.
  struct Fold {
    std::string factor;
    Level level;  // any of the five
    Level as;     // high (it does not matter), medium or low
    friend bool operator==(const Fold&, const Fold&) = default;
  };
  struct Least {
    std::string measure;
    int score;  // 0 to 100; what is below is bad
    friend bool operator==(const Least&, const Least&) = default;
  };

  std::string version = "1";            // a label, repeated in every result
  std::vector<std::string> required{};  // UNAVAILABLE or absent counts as MEDIUM
  int age_min = 0;                      // full years by the document; 0: no rule, and no factor
  int validity_days = 0;  // a document must be valid for so long; below 0: may be over for so long
  std::vector<Least> quality{};  // of measures that are judged otherwise than by themselves
  std::vector<Fold> folds{};
  friend bool operator==(const Rules&, const Rules&) = default;
};

// What a level of that factor is to the result: high, medium or low. By itself HIGH, MEDIUM and LOW
// are what they say, UNKNOWN is MEDIUM, and UNAVAILABLE is MEDIUM where the factor is required,
// else HIGH.
Level counted(const Rules& rules, std::string_view factor, Level level);

// The one text of these rules, as read_rules reads it: whatever order they were written in.
std::string to_text(const Rules& rules);
seal::Digest digest_of(const Rules& rules);  // of that text

struct RulesFile {
  Rules rules;
  std::vector<FileError> errors{};  // when not empty, rules must not be used
};
RulesFile read_rules(std::string_view text, std::string_view file);

}  // namespace limen::journey
