#!/usr/bin/env python3
# fleet-figures.py FILE.db - is what the fleet's views say of the campaigns of FILE.db what the file's own views
# say, row by row and digit for digit? psql's environment says where the fleet is.
import csv
import io
import sqlite3
import subprocess
import sys

VIEWS = {"v_energy": "trial_id", "v_phase": "trial_id", "v_query": "trial_id", "v_carbon": "trial_id",
         "v_account": "campaign_id", "v_figure": "campaign_id"}

file = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
file.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
uuids = [row[0] for row in file.execute("SELECT uuid FROM campaign")]


def said(value):
    if value is None:
        return "NULL"
    return repr(float(value)) if isinstance(value, (int, float)) else "text " + value


def number(text, is_text):
    if text == "\\N":
        return "NULL"
    if is_text:
        marker = "joulecart-bytes:"
        if text.startswith(marker):
            text = bytes.fromhex(text[len(marker):]).decode("utf-8", "surrogateescape")
        return "text " + text
    return repr(float(text))


def fleet(query):
    out = subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c",
                          f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER, NULL '\\N')"],
                         check=True, capture_output=True, text=True).stdout
    return list(csv.reader(io.StringIO(out)))


n = 0
for view, key in VIEWS.items():
    cursor = file.execute(f"SELECT * FROM {view}")
    names = [column[0] for column in cursor.description]
    own = [dict(zip(names, row)) for row in cursor]
    chosen = ",".join(f"'{uuid}'" for uuid in uuids)
    head, *rows = fleet(f"SELECT * FROM joulecart.{view} WHERE campaign_uuid IN ({chosen})")
    assert [name for name in head if name not in ("campaign_uuid", "team", "begun")] == names, (view, head)
    texts = {name for name in names if any(isinstance(row[name], str) for row in own)}
    mine = sorted(tuple(said(row[name]) for name in names) for row in own)
    theirs = sorted(tuple(number(row[head.index(name)], name in texts) for name in names) for row in rows)
    assert mine, f"{view} has no row"
    for one, other in zip(mine, theirs):
        differ = [(name, a, b) for name, a, b in zip(names, one, other) if a != b]
        assert not differ, (view, differ)
    assert len(mine) == len(theirs), (view, len(mine), len(theirs))
    n += len(mine)
print(f"{n} rows of {len(VIEWS)} views agree")
