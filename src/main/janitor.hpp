// The janitor: takes files of uploads whose row was never written, after a crash between rename and
// commit, or left by a refusal. It asks the readers, in portions, so that neither the writer nor
// anybody who waits for a token notices however many files there are.
#pragma once

#include <functional>

#include "store/blobs.hpp"
#include "store/writer.hpp"

namespace limen::main {

// Names in one question.
constexpr std::size_t files_per_question = 500;

// One of the folders a call (Blobs::sweep_orphans); returns how many files went. `before` lies a
// day back: what is older and has no row in a reader's snapshot will have none, for a row follows
// its file within a request. Files of a question that failed stay, and so do all not asked about
// once `is_closing`.
std::size_t sweep_files(store::Blobs& blobs, store::Lane& readers, Time before,
                        const std::function<bool()>& is_closing);

}  // namespace limen::main
