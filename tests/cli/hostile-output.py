#!/usr/bin/env python3
"""hostile-output.py KIND FILE [LABELS]: whether FILE is what a strict reader of KIND takes, and safe
to look at, whatever stands in the labels. LABELS is a file of labels' bytes in hexadecimal, each of
which JSON must give back.

hostile-output.py --list LIST: so for each line "KIND FILE LABELS WHAT" of LIST, with tabs between and the bytes of WHAT,
of which FILE is the output, as bash's printf %q writes them; LABELS may be empty. Stops at the first that is not."""

import csv
import io
import json
import re
import sys
import unicodedata
import xml.dom.minidom
from html.parser import HTMLParser

BARE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]")


def fail(why):
    sys.exit(f"{where}: {why}")


def looked_at(data):
    """As a terminal gets it."""
    text = data.decode("utf-8")  # raises
    found = BARE.search(text)
    if found:
        fail(f"U+{ord(found[0]):04X} at {found.start()}: {text[max(0, found.start() - 30):found.end() + 10]!r}")
    return text


def no_command(text):
    for line in re.split("[\n\r]", text):
        if re.search(r"^\s*::|##(vso)?\[", line) and not re.match(
                r"::(error|warning|notice) title=joulecart check::", line):
            fail(f"a CI log would obey {line!r}")


def same_width(rows, what):
    if len({len(row) for row in rows}) != 1:
        fail(f"{what} of different lengths: {[len(row) for row in rows]}")


def strings(value, key=None):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from strings(v, k)
            yield k, k
    elif isinstance(value, list):
        for v in value:
            yield from strings(v, key)
    elif isinstance(value, str):
        yield key, value


def twice(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        fail(f"a key twice in {keys}")
    return dict(pairs)


def number(word):
    fail(f"{word} is not JSON")


def read_json(text):
    return json.loads(text, object_pairs_hook=twice, parse_constant=number)


def gives_back(value, label):
    """The label itself where it is UTF-8; else U+FFFD, and its bytes beside it."""
    for key, text in strings(value):
        if key and key.endswith("_bytes") and text == label.hex() or text.encode(errors="surrogatepass") == label:
            return
    fail(f"the label {label} is not in it")


class Page(HTMLParser):
    def handle_starttag(self, tag, attributes):
        if tag in ("script", "img", "iframe", "object") or any(k.startswith("on") for k, _ in attributes):
            fail(f"<{tag} {attributes}> in the page")


def check(kind, path, labels):
    data = open(path, "rb").read()
    text = looked_at(data)
    if kind == "text":
        no_command(text)
    elif kind == "json":
        value = read_json(text)
        for label in labels:
            gives_back(value, label)
    elif kind == "jsonl":
        for line in text.splitlines():
            read_json(line)
    elif kind == "csv":
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        same_width(rows, "rows")
        for cell in (cell for row in rows[1:] for cell in row):
            if re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]", cell) and not re.fullmatch(r"-?[0-9.e+-]+", cell):
                fail(f"a spreadsheet would compute {cell!r}")
    elif kind == "tsv":
        same_width([line.split("\t") for line in text.splitlines()], "lines")
    elif kind == "markdown":
        no_command(text)
        for table in re.split(r"\n\s*\n", text):  # an empty line ends one
            rows = [re.findall(r"(?<!\\)(?:\\\\)*\|", line) for line in table.splitlines() if line.startswith("|")]
            if rows:
                same_width(rows, "rows")
        if re.search(r"(?<!\\)<[a-z]", text):
            fail("markup")
    elif kind == "html":
        Page().feed(text)
    elif kind == "xml":
        xml.dom.minidom.parseString(data)
    else:
        fail("no such kind")


def listed(path):
    """Of each line, with what to say of it where it fails."""
    lines = [line.split("\t", 3) for line in open(path, errors="surrogateescape").read().splitlines()]
    if not lines:
        sys.exit(f"{path} lists nothing")
    for kind, output, labels, what in lines:
        yield kind, output, labels, what


csv.field_size_limit(1 << 30)
if sys.argv[1] == "--list":
    outputs = listed(sys.argv[2])
else:
    outputs = [(*sys.argv[1:3], sys.argv[3] if len(sys.argv) > 3 else "", "")]
for kind, path, labels, what in outputs:
    where = f"{kind} {path} {what}"
    try:
        check(kind, path, [bytes.fromhex(line) for line in open(labels)] if labels else [])
    except Exception as error:
        fail(repr(error))
