"""Digests each table of one SQLite file: {table: sha256 of its rows}, as JSON on standard output.

The file is a consistent copy that the server made of its database; it is opened read-only and no
table is left out, so that a crawl which writes anything at all is seen.
"""
import hashlib
import json
import sqlite3
import sys

wire = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro&immutable=1", uri=True)
names = [row[0] for row in wire.execute(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
print(json.dumps({name: hashlib.sha256("\n".join(sorted(
    repr(row) for row in wire.execute(f'SELECT * FROM "{name}"'))).encode()).hexdigest()
    for name in names}))
