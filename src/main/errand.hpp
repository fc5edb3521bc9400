// Errand: a job of the house's own on a lane of the store, waited for. It belongs to no request, so
// nobody words its failure; whoever sent it decides what that means.
#pragma once

#include <exception>
#include <functional>

#include "store/writer.hpp"

namespace limen::main {

// Returns when the job is over: on the writer, after its commit. What failed, or nothing; a lane
// that takes no jobs is a std::runtime_error. Not from a thread of that lane.
std::exception_ptr run_errand(store::Lane& lane, std::function<void(onboard::Ledger&)> job);

}  // namespace limen::main
