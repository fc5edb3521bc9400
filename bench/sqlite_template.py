# Makes the template that sqlite_floor copies: a small database with the store's schema and one
# row in `grants` and one in `letters`. The rows are, if possible, those that Limen itself wrote for
# one onboarding token; else they are filled in from the schema by the names of the columns.
# It does not measure, and never opens a database that a running server holds.
import os
import re
import shutil
import sqlite3
import time

HEAD = b"SQLite format 3\0"
TEXTS = {
    "email": "bench.person.0000001@example.com", "recipient": "bench.person.0000001@example.com",
    "subject": "bench.person.0000001@example.com", "first": "Ada", "last": "Lovelace",
    "error": "",
}
FILLED = "email|recipient|digest|tenant|parent|person|bond"


def uuid_7(now_ms):
    """An id as Limen draws them: the time first, so that an index grows at its end."""
    rest = bytearray(os.urandom(10))
    rest[0] = 0x70 | rest[0] & 0x0F
    return now_ms.to_bytes(6, "big") + bytes(rest)


def guess(name, declared, now_ms):
    """A value of the length and kind that a column of this name and type is likely to hold."""
    if "INT" in declared or "BOOL" in declared:
        return now_ms if name.endswith("_ms") else 1
    if "REAL" in declared:
        return 1.0
    if "BLOB" in declared:
        return os.urandom(32) if re.search("digest|hash|secret|mac|bond", name) else uuid_7(now_ms)
    for part, text in TEXTS.items():
        if part in name:
            return text
    return "bench"


def from_schema(path, files):
    """One guessed row a table: each NOT NULL column, and those that name a grant or a person."""
    db = sqlite3.connect(path)
    now_ms = int(time.time() * 1000)
    for file in files:
        with open(file, encoding="utf-8") as text:
            db.executescript(text.read())
    db.execute("PRAGMA foreign_keys=OFF")
    db.execute("PRAGMA ignore_check_constraints=ON")
    key = None
    for table in ("grants", "letters"):
        names, values = [], []
        for _, name, declared, not_null, _, pk in db.execute(
                "SELECT * FROM pragma_table_info(?)", (table,)):
            if not (not_null or pk or re.search(FILLED, name)):
                continue
            value = guess(name, declared.upper(), now_ms)
            if table == "grants" and name == "id":
                key = value
            if table == "letters" and re.match("grant|invitation", name) and key is not None:
                value = key
            names.append('"%s"' % name)
            values.append(value)
        if not names:
            raise ValueError("the schema has no table " + table)
        db.execute("DELETE FROM " + table)
        db.execute("INSERT INTO %s (%s) VALUES (%s)" % (
            table, ",".join(names), ",".join("?" * len(names))), values)
    db.commit()
    db.close()


def databases(folder):
    """The SQLite files below a stopped server's data folder."""
    found = []
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                if file.read(len(HEAD)) == HEAD:
                    found.append(os.path.join(at, name))
    return found


def has_tables(db):
    names = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    return {"grants", "letters"} <= names


def store_of(folder):
    """The file that holds grants and letters, or None."""
    for path in databases(folder):
        db = sqlite3.connect(path)
        try:
            if has_tables(db):
                return path
        finally:
            db.close()
    return None


def count_letters(folder):
    """How many letters a stopped server left behind, or None if it has no such table."""
    path = store_of(folder)
    if path is None:
        return None
    db = sqlite3.connect(path)
    try:
        return db.execute("SELECT count(*) FROM letters").fetchone()[0]
    finally:
        db.close()


def newest(rows, columns):
    """The row with the latest time in it (times are whole milliseconds, columns `…_ms`)."""
    times = [i for i, name in enumerate(columns) if name.endswith("_ms")]
    return max(rows, key=lambda row: max([row[i] or 0 for i in times], default=0))


def from_limen(path, folder):
    """Copies a stopped server's store and keeps the newest letter and the grant it carries."""
    source = store_of(folder)
    if source is None:
        return False
    shutil.copyfile(source, path)
    if os.path.exists(source + "-wal"):
        shutil.copyfile(source + "-wal", path + "-wal")
    db = sqlite3.connect(path)
    db.execute("PRAGMA foreign_keys=OFF")
    letters = db.execute("SELECT * FROM letters")
    letter_columns = [c[0] for c in letters.description]
    letters = letters.fetchall()
    grants = db.execute("SELECT * FROM grants")
    grant_columns = [c[0] for c in grants.description]
    grants = grants.fetchall()
    if not letters or not grants:
        db.close()
        return False
    letter = newest(letters, letter_columns)
    tied = [g for g in grants if g[grant_columns.index("id")] in letter]
    grant = newest(tied or grants, grant_columns)
    # As it was written: no attempt at sending it has failed yet.
    first = {"attempts": 0, "error": ""}
    letter = [first.get(c, value) for c, value in zip(letter_columns, letter)]
    for name, columns, row in (("grants", grant_columns, grant),
                               ("letters", letter_columns, letter)):
        for trigger in db.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND "
                                  "tbl_name=?", (name,)).fetchall():
            db.execute('DROP TRIGGER "%s"' % trigger[0])
        db.execute("DELETE FROM " + name)
        db.execute("INSERT INTO %s (%s) VALUES (%s)" % (
            name, ",".join('"%s"' % c for c in columns), ",".join("?" * len(columns))), row)
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA journal_mode=DELETE")
    db.close()
    return True
