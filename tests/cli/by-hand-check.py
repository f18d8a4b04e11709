#!/usr/bin/env python3
# by-hand-check.py REPORT.csv REPORT.json FOLDER - is every figure of the two reports, as it is printed, one of those that
# doc/by-hand.md's own commands left in FOLDER? Prints how many figures were compared. What is no figure, and what is not
# reckoned but only read off a table, is listed here by name: anything else fails.
import csv
import json
import re
import sys

report, report_json, folder = sys.argv[1:4]


def rows_of(name):
    return list(csv.DictReader(open(f"{folder}/{name}.csv", encoding="utf-8", newline="")))


figures = {(row["campaign"], row["variant"], row["job"], row["per"], row["figure"]): row for row in rows_of("figures")}
counts = {(row["campaign"], row["variant"], row["job"]): row for row in rows_of("counts")}

WORDS = {"campaign", "kind", "begin_utc", "variant", "job", "zone", "zone_assumed", "pue_assumed", "factor_source",
         "figures_per", "seal", "seal_key", "left_aside", "usable_trials"}
OF = {"joules_per_query": ("query", "joules", 1), "joules_per_run": ("run", "joules", 1),
      "gco2e_per_1000_queries": ("query", "o_g", 1000), "gco2e_per_run": ("run", "o_g", 1)}
END = {"": "value", "_low95": "low", "_high95": "high"}
compared = 0


def same(printed, reckoned, where):
    """To the last digit that is printed."""
    global compared
    if printed in ("", None) and reckoned in ("", None):
        return
    assert printed not in ("", None) and reckoned not in ("", None), (where, printed, reckoned)
    digits = len(re.sub(r"e.*|[.-]", "", str(printed)).lstrip("0")) or 1
    assert float(f"{float(reckoned):.{max(digits, 9)}g}") == float(printed), (where, printed, reckoned)
    compared += 1


def check_csv(row):
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


def same_figure(figure, found, where):
    same(figure["value"], found and found["value"], where)
    low, high = figure["ci95"] or (None, None)
    if low is not None or figure["value"] is None:
        same(low, found and found["low"], where)
        same(high, found and found["high"], where)


def check_variant(row):
    who = str(row["campaign"]), row["variant"], row["job"]
    for per, key in (("query", "per_query"), ("run", "per_run")):
        for name, figure in (row["figures"].get(key) or {}).items():
            same_figure(figure, figures.get((*who, per, name)), (who, per, name))
    quality = {(r["campaign"], r["variant"], r["job"], r["name"]): r["value"] for r in rows_of("quality")}
    for name, value in row["quality"].items():
        same(value, quality.get((*who, name)), (who, name))
    for r in rows_of("seconds"):
        if (r["campaign"], r["variant"], r["job"]) == who:
            same_figure(row["seconds_per_run"], r, (who, "seconds"))


def check_rows(rows, name, keys, words):
    """Rows of the accounts: each has one of the file, by its keys; what is no word is a figure of it."""
    by_key = {tuple(row[key] for key in keys): row for row in rows_of(name)}
    for row in rows:
        found = by_key[tuple(str(row[key]) for key in keys)]
        for key, printed in row.items():
            if key not in keys and key not in words and not key.endswith(("_reason", "_basis")):
                same(printed, found[key], (name, row, key))


def check_sci(row):
    who = str(row["campaign"]), row["variant"], row["job"], row["per"]
    for name in ("e_kwh", "o_g", "m_g", "sci_g", "amortised_g"):
        same(row[name], figures.get((*who, name), {}).get("value"), (who, name))
    for name in ("m", "sci"):
        for end in ("low", "high"):
            same(row[f"{name}_{end}_g"], figures.get((*who, f"{name}_g"), {}).get(end), (who, name, end))


for line in csv.DictReader(open(report, encoding="utf-8", newline="")):
    check_csv(line)
whole = json.load(open(report_json, encoding="utf-8"))
accounts = whole["carbon_accounts"]
for line in whole["variants"]:
    check_variant(line)
for line in accounts["sci"]:
    check_sci(line)
who_of = ("campaign", "variant", "job", "per")
trial_words = {"campaign", "variant", "job", "instrument"}
check_rows(accounts["ghg_protocol"], "trials", ("trial",), trial_words)
check_rows(accounts["water"], "trials", ("trial",), trial_words)
check_rows(accounts["budget"], "budget", (*who_of, "input"), {"type", "distribution", "cancels", "why"})
check_rows(accounts["uncertainty"], "uncertainty", who_of, {"k", "distribution"})
print(compared)
