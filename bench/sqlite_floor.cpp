// sqlite_floor: how many (grant, letter) row pairs a second bare SQLite writes on this disk: WAL,
// synchronous=FULL, prepared inserts, GROUP pairs a transaction. It is the limit that Limen's
// durable onboarding is held against, so it has no HTTP, no crypto and no rules. It knows no
// schema: it copies that of a template file (see sqlite_template.py) and varies its two rows.
//   sqlite_floor TEMPLATE.db NEW.db SECONDS GROUP [NAME=VALUE]…   ->   "pairs=N micros=N"
// where NAME=VALUE are further pragmas, so that the store's own tuning can be set here too.
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(sqlite3* db, const char* what) {
  std::fprintf(stderr, "sqlite_floor: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
  std::exit(1);
}

void exec(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(db, sql.c_str());
}

sqlite3_stmt* prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    fail(db, sql.c_str());
  }
  return statement;
}

// xorshift64*: cheap, so that the figure is SQLite's and not a generator's.
std::uint64_t next_random() {
  static std::uint64_t state = 0x9E3779B97F4A7C15ULL;
  state ^= state >> 12U;
  state ^= state << 25U;
  state ^= state >> 27U;
  return state * 2685821657736338717ULL;
}

// How a column differs from row to row. `same`: as in the template.
enum class Vary { same, number, now, scatter, random_bytes, random_text, short_text, grant_key };

struct Column {
  std::string name;
  int type = SQLITE_NULL;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes;
  bool ordered = false;  // a UUID of version 7: its first 48 bits are the time
  Vary vary = Vary::same;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  sqlite3_stmt* insert = nullptr;
};

std::set<std::string> unique_columns(sqlite3* db, const std::string& table) {
  std::set<std::string> found;
  auto* s =
      prepare(db, "SELECT i.name FROM pragma_index_list('" + table +
                      "') l, pragma_index_info(l.name) i WHERE l.\"unique\" AND i.name NOT NULL "
                      "UNION SELECT name FROM pragma_table_info('" +
                      table + "') WHERE pk > 0");
  while (sqlite3_step(s) == SQLITE_ROW) {
    found.insert(reinterpret_cast<const char*>(sqlite3_column_text(s, 0)));
  }
  sqlite3_finalize(s);
  return found;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

bool is_uuid_7(const Column& column) {
  if (column.type == SQLITE_BLOB && column.bytes.size() == 16) {
    return (static_cast<unsigned char>(column.bytes[6]) >> 4U) == 7;
  }
  return column.type == SQLITE_TEXT && column.bytes.size() == 36 && column.bytes[8] == '-' &&
         column.bytes[14] == '7';
}

Vary choose(const Column& column, bool is_unique) {
  // All rows of one run belong to one organisation, as they do under load in Limen.
  for (const char* part : {"tenant", "organisation", "parent", "kind"}) {
    if (contains(column.name, part)) return Vary::same;
  }
  if (column.type == SQLITE_INTEGER && contains(column.name, "_ms")) return Vary::now;
  // A hash that an index finds again: the one entry in a random place.
  if (column.type == SQLITE_INTEGER && contains(column.name, "_key")) return Vary::scatter;
  if (column.type == SQLITE_INTEGER) return is_unique ? Vary::number : Vary::same;
  if (column.type == SQLITE_BLOB && column.bytes.size() >= 8) return Vary::random_bytes;
  if (column.type == SQLITE_TEXT && is_unique) {
    return column.bytes.size() < 16 ? Vary::short_text : Vary::random_text;
  }
  return Vary::same;
}

Table load(sqlite3* from, const std::string& name) {
  Table table{name, {}, nullptr};
  const auto unique = unique_columns(from, name);
  auto* s = prepare(from, "SELECT * FROM " + name + " LIMIT 1");
  if (sqlite3_step(s) != SQLITE_ROW) fail(nullptr, "the template lacks a row");
  for (int i = 0; i < sqlite3_column_count(s); ++i) {
    Column column;
    column.name = sqlite3_column_name(s, i);
    column.type = sqlite3_column_type(s, i);
    column.integer = sqlite3_column_int64(s, i);
    column.real = sqlite3_column_double(s, i);
    if (const auto* data = static_cast<const char*>(sqlite3_column_blob(s, i))) {
      column.bytes.assign(data, static_cast<std::size_t>(sqlite3_column_bytes(s, i)));
    }
    column.ordered = is_uuid_7(column);
    column.vary = choose(column, unique.contains(column.name));
    table.columns.push_back(std::move(column));
  }
  sqlite3_finalize(s);
  return table;
}

void copy_schema(sqlite3* from, sqlite3* to) {
  auto* s = prepare(from,
                    "SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%' "
                    "ORDER BY type = 'table' DESC, rowid");
  while (sqlite3_step(s) == SQLITE_ROW) {
    exec(to, reinterpret_cast<const char*>(sqlite3_column_text(s, 0)));
  }
  sqlite3_finalize(s);
}

void prepare_insert(sqlite3* db, Table& table) {
  std::string names;
  std::string marks;
  for (const auto& column : table.columns) {
    names += (names.empty() ? "\"" : ",\"") + column.name + "\"";
    marks += marks.empty() ? "?" : ",?";
  }
  table.insert = prepare(db, "INSERT INTO " + table.name + "(" + names + ") VALUES(" + marks + ")");
}

void vary_bytes(Column& column, std::int64_t now_ms) {
  auto& b = column.bytes;
  const std::size_t varied = b.size() < 64 ? b.size() : 64;  // the rest stays: memcpy is no cost
  if (column.vary == Vary::random_bytes) {
    for (std::size_t i = 0; i < varied; i += 8) {
      const auto word = next_random();
      std::memcpy(b.data() + i, &word, varied - i < 8 ? varied - i : 8);
    }
    if (!column.ordered) return;
    for (std::size_t i = 0; i < 6; ++i) b[i] = static_cast<char>(now_ms >> (8U * (5 - i)));
    b[6] = static_cast<char>(0x70 | (b[6] & 0x0F));
    return;
  }
  static const char digits[] = "0123456789abcdef";
  auto word = next_random();
  std::size_t hex = 0;
  for (std::size_t i = 0; i < varied; ++i) {
    if (b[i] == '-' || b[i] == '@' || b[i] == '.') continue;
    if (column.ordered && hex < 12) {
      b[i] = digits[(now_ms >> (4U * (11 - hex))) & 15];
    } else {
      if (hex % 16 == 15) word = next_random();
      b[i] = digits[word & 15U];
      word >>= 4U;
    }
    ++hex;
  }
}

// Too short for chance to keep it unique: the counter, scattered by an odd factor (a bijection).
void vary_short(Column& column, std::int64_t count) {
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  auto word = static_cast<std::uint64_t>(count) * 0x9E3779B97F4A7C15ULL;
  for (auto& c : column.bytes) {
    c = letters[word & 31U];
    word >>= 5U;
  }
}

void bind(Table& table, std::int64_t count, std::int64_t elapsed_ms, std::int64_t now_ms) {
  int at = 0;
  for (auto& c : table.columns) {
    ++at;
    if (c.vary == Vary::random_bytes || c.vary == Vary::random_text) vary_bytes(c, now_ms);
    if (c.vary == Vary::short_text) vary_short(c, count);
    const int size = static_cast<int>(c.bytes.size());
    if (c.type == SQLITE_INTEGER) {
      std::int64_t value = c.integer;
      if (c.vary == Vary::number) value += count;
      if (c.vary == Vary::now) value += elapsed_ms;
      if (c.vary == Vary::scatter) value = static_cast<std::int64_t>(next_random());
      sqlite3_bind_int64(table.insert, at, value);
    } else if (c.type == SQLITE_FLOAT) {
      sqlite3_bind_double(table.insert, at, c.real);
    } else if (c.type == SQLITE_BLOB) {
      sqlite3_bind_blob(table.insert, at, c.bytes.data(), size, SQLITE_STATIC);
    } else if (c.type == SQLITE_TEXT) {
      sqlite3_bind_text(table.insert, at, c.bytes.data(), size, SQLITE_STATIC);
    } else {
      sqlite3_bind_null(table.insert, at);
    }
  }
}

void write_row(sqlite3* db, Table& table) {
  if (sqlite3_step(table.insert) != SQLITE_DONE) fail(db, table.name.c_str());
  sqlite3_reset(table.insert);
}

// Which letter columns repeat a value of the grant (its id): they must go on repeating it.
std::vector<std::pair<std::size_t, std::size_t>> tie(Table& grants, Table& letters) {
  std::vector<std::pair<std::size_t, std::size_t>> ties;
  for (std::size_t l = 0; l < letters.columns.size(); ++l) {
    for (std::size_t g = 0; g < grants.columns.size(); ++g) {
      const auto& a = letters.columns[l];
      const auto& b = grants.columns[g];
      if (a.type != b.type || a.bytes != b.bytes || b.bytes.size() < 16) continue;
      if (b.vary != Vary::random_bytes && b.vary != Vary::random_text) continue;
      letters.columns[l].vary = Vary::grant_key;
      ties.emplace_back(l, g);
      break;
    }
  }
  return ties;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) fail(nullptr, "usage: sqlite_floor TEMPLATE.db NEW.db SECONDS GROUP [PRAGMA]…");
  const double seconds = std::atof(argv[3]);
  const int group = std::atoi(argv[4]);
  sqlite3* from = nullptr;
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(argv[1], &from, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    fail(from, argv[1]);
  }
  if (sqlite3_open(argv[2], &db) != SQLITE_OK) fail(db, argv[2]);
  exec(db, "PRAGMA journal_mode=WAL");
  exec(db, "PRAGMA synchronous=FULL");
  for (int i = 5; i < argc; ++i) exec(db, std::string("PRAGMA ") + argv[i]);
  exec(db, "PRAGMA foreign_keys=OFF");  // the tables around these two are empty here
  exec(db, "PRAGMA ignore_check_constraints=ON");
  copy_schema(from, db);
  Table grants = load(from, "grants");
  Table letters = load(from, "letters");
  sqlite3_close_v2(from);
  const auto ties = tie(grants, letters);
  prepare_insert(db, grants);
  prepare_insert(db, letters);
  auto* begin = prepare(db, "BEGIN IMMEDIATE");
  auto* commit = prepare(db, "COMMIT");

  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto wall_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wall).count();
  const auto start = Clock::now();
  auto now = start;
  std::int64_t pairs = 0;
  while (std::chrono::duration<double>(now - start).count() < seconds) {
    const auto past = std::chrono::duration_cast<std::chrono::milliseconds>(now - start).count();
    sqlite3_step(begin);
    sqlite3_reset(begin);
    for (int i = 0; i < group; ++i, ++pairs) {
      bind(grants, pairs, past, wall_ms + past);
      for (const auto& [l, g] : ties) letters.columns[l].bytes = grants.columns[g].bytes;
      bind(letters, pairs, past, wall_ms + past);
      write_row(db, grants);
      write_row(db, letters);
    }
    if (sqlite3_step(commit) != SQLITE_DONE) fail(db, "COMMIT");
    sqlite3_reset(commit);
    now = Clock::now();
  }
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now - start).count();
  std::printf("pairs=%lld micros=%lld\n", static_cast<long long>(pairs),
              static_cast<long long>(micros));
  return 0;
}
