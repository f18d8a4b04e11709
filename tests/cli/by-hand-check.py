#!/usr/bin/env python3
# by-hand-check.py REPORT.csv FOLDER - is every figure of the report, as it is printed, one of those that doc/by-hand.md's
# own commands left in FOLDER? Prints how many figures were compared. What is no figure is listed here by name: a column
# that is neither fails.
import csv
import re
import sys

report, folder = sys.argv[1:3]
figures = {}
for row in csv.DictReader(open(f"{folder}/figures.csv", encoding="utf-8", newline="")):
    figures[row["campaign"], row["variant"], row["job"], row["per"], row["figure"]] = row
counts = {(row["campaign"], row["variant"], row["job"]): row
          for row in csv.DictReader(open(f"{folder}/counts.csv", encoding="utf-8", newline=""))}

WORDS = {"campaign", "kind", "begin_utc", "variant", "job", "zone", "zone_assumed", "pue_assumed", "factor_source",
         "figures_per", "seal", "seal_key", "left_aside", "usable_trials"}
OF = {"joules_per_query": ("query", "joules", 1), "joules_per_run": ("run", "joules", 1),
      "gco2e_per_1000_queries": ("query", "o_g", 1000), "gco2e_per_run": ("run", "o_g", 1)}
END = {"": "value", "_low95": "low", "_high95": "high"}
compared = 0


def same(printed, reckoned, where):
    """To the last digit that is printed."""
    global compared
    if printed == "" and reckoned in ("", None):
        return
    assert printed != "" and reckoned not in ("", None), (where, printed, reckoned)
    digits = len(re.sub(r"e.*|[.-]", "", printed).lstrip("0")) or 1
    assert float(f"{float(reckoned):.{max(digits, 9)}g}") == float(printed), (where, printed, reckoned)
    compared += 1


for row in csv.DictReader(open(report, encoding="utf-8", newline="")):
    who = row["campaign"], row["variant"], row["job"]
    for column, printed in row.items():
        if column in WORDS or column.endswith(("_provenance", "_reason")):
            continue
        if column in counts[who]:
            same(printed, counts[who][column], (who, column))
            continue
        name, end = re.fullmatch(r"(.*?)(|_low95|_high95)", column).groups()
        job, (per, figure, times) = row["job"], OF.get(name, (row["figures_per"], name, 1))
        if name == "training_joules":
            job, per, figure = "train", "run", "joules"
            if row["job"] == "train":
                assert printed == "" or figures[who[0], who[1], job, per, figure], (who, column)
        elif name not in OF and name not in {key[4] for key in figures} and printed != "":
            raise AssertionError(f"a column that is neither word nor figure: {column}")
        found = figures.get((who[0], who[1], job, per, figure))
        value = None if found is None else found[END[end]]
        if value and times != 1:
            value = repr(float(value) * times)
        if row["job"] == "train" and name == "training_joules" and printed == "":
            continue
        same(printed, value, (who, column))
print(compared)
