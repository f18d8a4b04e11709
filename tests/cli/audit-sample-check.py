#!/usr/bin/env python3
# audit-sample-check.py PAPER DATABASE SEED N - does the working paper's own text hold? Its records are drawn again by the
# rule that it states, and each of its commands must print the value that it states. Prints how many records were
# drawn and recomputed.
import hashlib
import re
import sqlite3
import subprocess
import sys

paper, path, seed, wanted = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2], sys.argv[3], int(sys.argv[4])
file_hash = hashlib.sha256(open(path, "rb").read()).hexdigest()
assert f"SHA-256 of the file: {file_hash}" in paper

# The drawing: SQL of the paper, tickets by hashlib, kinds in turns.
db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
kinds = []
for n, sql in re.findall(r"\n(\d+) [a-z ]+:\n\n```sql\n(.*?)\n```", paper, re.S):
    ids = [row[0] for row in db.execute(sql)]
    assert len(ids) == int(n), (n, sql)
    kinds.append(sorted(ids, key=lambda i: hashlib.sha256(f"{seed}:{file_hash}:{i}".encode()).digest()))
assert len(kinds) == 5
expected = []
for turn in range(max(map(len, kinds))):
    expected += [kind[turn] for kind in kinds if turn < len(kind)]
records = re.findall(r"\n### \d+\. `([a-z0-9_-]+)`.*?\nIn the file: (.*?)\n(.*?)```sh\n(.*?)\n```", paper, re.S)
assert [record[0] for record in records] == expected[:wanted], "drawn otherwise"

# Each command, in a shell that has nothing but db.
for record, value, _, command in records:
    out = subprocess.run(["sh", "-c", command], env={"db": path, "PATH": "/usr/bin:/bin"}, check=True,
                         capture_output=True, text=True)
    assert out.stderr == "", (record, out.stderr)
    found, stated = out.stdout.strip(), value.replace("\\", "").strip()
    if record.startswith("setting") and not re.match(r"[0-9.e+-]+$", stated.split(" ")[0]):
        assert found == stated, (record, found, stated)
    else:
        assert f"{float(found):.9g}" == f"{float(stated.split(' ')[0]):.9g}", (record, found, stated)
print(len(records))
