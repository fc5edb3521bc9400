// The three templates of src/outbox/templates/ as texts in the binary. The definitions are written
// by CMake (templates/built_in.cpp.in), so that the files stay the only place they are edited.
#pragma once

namespace limen::outbox {

extern const char* const built_in_subject;
extern const char* const built_in_text;
extern const char* const built_in_html;

}  // namespace limen::outbox
