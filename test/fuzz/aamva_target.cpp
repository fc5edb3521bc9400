// Texts of driving licences: what is read is bounded, UTF-8 and without controls, and reading goes
// no further than the text does.
#include "evidence/aamva.hpp"

#include "base/result.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::evidence {
namespace {

FUZZ(aamva) {
  const auto licence = read_aamva(input);
  if (!licence) return;
  ASSERT(!licence->number.empty() || !licence->family_name.empty());
  ASSERT(licence->version >= 0 && licence->version <= 99 && licence->issuer.size() == 6);
  for (const std::string* text :
       {&licence->number, &licence->family_name, &licence->first_name, &licence->middle_names,
        &licence->street, &licence->city, &licence->state, &licence->postcode, &licence->country})
    ASSERT(text->size() <= aamva_value_max && is_utf8(*text) && !has_control(*text));
  for (const auto& date : {licence->birth, licence->expiry, licence->issued})
    ASSERT(!date || (date->ok() && static_cast<int>(date->year()) >= 1900 &&
                     static_cast<int>(date->year()) <= 2099));
}

}  // namespace
}  // namespace limen::evidence
