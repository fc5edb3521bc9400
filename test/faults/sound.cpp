// See sound.hpp. Looks with SQLite itself, not through the store: a judge of one's own.
#include "faults/sound.hpp"

#include <sqlite3.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "base/bytes.hpp"
#include "seal/digest.hpp"

namespace limen::faults {

namespace fs = std::filesystem;

namespace {

std::string column(sqlite3_stmt* row, int number) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(row, number));
  return data == nullptr
             ? ""
             : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(row, number)));
}

// Calls `see` for each row until it says something; "ok" when it never does.
std::string each(const fs::path& database, const char* sql,
                 const std::function<std::string(sqlite3_stmt*)>& see) {
  sqlite3* db = nullptr;
  sqlite3_stmt* row = nullptr;
  std::string said;
  int code = sqlite3_open_v2(database.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, sql, -1, &row, nullptr);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step(row);
    if (code == SQLITE_ROW && said.empty()) said = see(row);
  }
  if (said.empty()) said = code == SQLITE_DONE ? "ok" : sqlite3_errmsg(db);
  sqlite3_finalize(row);
  sqlite3_close(db);
  return said;
}

}  // namespace

std::string soundness(const fs::path& database) {
  if (!fs::exists(database)) return "not there";
  return each(database, "PRAGMA integrity_check", [](sqlite3_stmt* row) {
    const std::string said = column(row, 0);
    return said == "ok" ? "" : said;
  });
}

std::string uploads_soundness(const fs::path& folder) {
  return each(folder / "limen.db", "SELECT file, sha256 FROM uploads", [&](sqlite3_stmt* row) {
    const std::string name = column(row, 0);
    const fs::path file = folder / "uploads" / name.substr(0, 2) / name;
    if (!fs::exists(file)) return "the row's file is not there: " + name;
    std::ostringstream content;
    content << std::ifstream(file, std::ios::binary).rdbuf();
    const bool is_right = as_text(seal::sha256(content.str())) == column(row, 1);
    return is_right ? std::string() : "the file is not what its row says: " + name;
  });
}

}  // namespace limen::faults
