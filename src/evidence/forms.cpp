// Numbers longer than nine characters go on in the optional element of TD1 and TD2 and have their
// check digit there (parts 5 and 6), so these two forms have a second row each: a filler stands
// where the check digit was, and only the composite digit is counted on.
#include "evidence/forms.hpp"

#include <array>

namespace limen::evidence {
namespace {

using Places = std::array<std::string_view, 3>;

constexpr Places td3 = {"PAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                        "XXXXXXXXXNAAADDDDDDNSDDDDDDNXXXXXXXXXXXXXXDN"};
constexpr Places mrv_a = {"VAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                          "XXXXXXXXXNAAADDDDDDNSDDDDDDNXXXXXXXXXXXXXXXX"};
constexpr Places td2 = {"IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                        "XXXXXXXXXNAAADDDDDDNSDDDDDDNXXXXXXXN"};
constexpr Places td2_long = {"IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                             "XXXXXXXXXFAAADDDDDDNSDDDDDDNXXXXXXXN"};
// The office of issue has letters at consulates, and the department in the number too (GVA, 2A1).
constexpr Places fra = {"idfraAAAAAAAAAAAAAAAAAAAAAAAAAXXXXXX",
                        "NNNNXXXNNNNNNAAAAAAAAAAAAAADDDDDDNSN"};
constexpr Places mrv_b = {"VAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                          "XXXXXXXXXNAAADDDDDDNSDDDDDDNXXXXXXXX"};
constexpr Places td1 = {"IAAAAXXXXXXXXXNXXXXXXXXXXXXXXX", "DDDDDDNSDDDDDDNAAAXXXXXXXXXXXN",
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
constexpr Places td1_long = {"IAAAAXXXXXXXXXFXXXXXXXXXXXXXXX", "DDDDDDNSDDDDDDNAAAXXXXXXXXXXXN",
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

constexpr std::array<Span, 4> td3_spans = {
    {{1, 0, 10, true}, {1, 13, 7, true}, {1, 21, 7, true}, {1, 28, 15, true}}};
constexpr std::array<Span, 3> visa_spans = {{{1, 0, 10, true}, {1, 13, 7, true}, {1, 21, 7, true}}};
constexpr std::array<Span, 4> td2_spans = {
    {{1, 0, 10, true}, {1, 13, 7, true}, {1, 21, 7, true}, {1, 28, 7, false}}};
constexpr std::array<Span, 4> td2_long_spans = {
    {{1, 0, 10, false}, {1, 13, 7, true}, {1, 21, 7, true}, {1, 28, 7, false}}};
constexpr std::array<Span, 5> fra_spans = {
    {{0, 0, 36, false}, {1, 0, 13, true}, {1, 13, 14, false}, {1, 27, 7, true}, {1, 34, 1, false}}};
constexpr std::array<Span, 5> td1_spans = {
    {{0, 5, 10, true}, {0, 15, 15, false}, {1, 0, 7, true}, {1, 8, 7, true}, {1, 18, 11, false}}};
constexpr std::array<Span, 5> td1_long_spans = {
    {{0, 5, 10, false}, {0, 15, 15, false}, {1, 0, 7, true}, {1, 8, 7, true}, {1, 18, 11, false}}};

constexpr std::array<FormOfZone, 8> forms = {{
    {"TD3", 2, 44, td3, td3_spans, true},
    {"MRV-A", 2, 44, mrv_a, visa_spans, false},
    {"TD2", 2, 36, td2, td2_spans, true},
    {"TD2, long number", 2, 36, td2_long, td2_long_spans, true},
    {"FRA", 2, 36, fra, fra_spans, true},
    {"MRV-B", 2, 36, mrv_b, visa_spans, false},
    {"TD1", 3, 30, td1, td1_spans, true},
    {"TD1, long number", 3, 30, td1_long, td1_long_spans, true},
}};

}  // namespace

std::span<const FormOfZone> forms_of_zones() { return forms; }

bool may_stand(char kind, char c) {
  const bool is_digit = c >= '0' && c <= '9', is_filler = c == '<';
  if (kind >= 'a' && kind <= 'z') return c == kind - 'a' + 'A';
  switch (kind) {
    case 'P': return c == 'P';
    case 'V': return c == 'V';
    case 'I': return c == 'I' || c == 'A' || c == 'C';
    case 'A': return !is_digit;
    case 'N': return is_digit;
    case 'D': return is_digit || is_filler;
    case 'S': return c == 'M' || c == 'F' || is_filler;
    case 'F': return is_filler;
    default: return true;
  }
}

}  // namespace limen::evidence
