// What is true of a data folder that is sound, whatever was acknowledged: the database passes its
// own check, and every upload a row names is there with the content the row says.
#pragma once

#include <filesystem>
#include <string>

namespace limen::faults {

// "ok", or what is wrong with the database file.
std::string soundness(const std::filesystem::path& database);
// "ok", or the first upload that is not what its row says. `folder` holds limen.db and uploads/.
std::string uploads_soundness(const std::filesystem::path& folder);

}  // namespace limen::faults
