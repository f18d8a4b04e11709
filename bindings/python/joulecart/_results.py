"""joulecart.open("x.db"): the figures of a database as plain objects.

They are those of `joulecart report --format json`: the program computes each figure, and nothing is
computed here. A figure that is not known is None, with its reason, never 0.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional


class Error(Exception):
    """What joulecart said when it could not read the file."""


@dataclass(frozen=True)
class Figure:
    """value is None where reason says why; low and high are its 95 % interval, None where there is
    none. provenance: measured, modelled, estimated or assumed; None where that has no meaning."""

    value: Optional[float]
    low: Optional[float]
    high: Optional[float]
    provenance: Optional[str]
    reason: Optional[str]

    def __bool__(self):
        return self.value is not None


def _figure(one):
    if not isinstance(one, dict):
        return Figure(one, None, None, None, None)
    low, high = one.get("ci95") or (None, None)
    return Figure(one.get("value"), low, high, one.get("provenance"), one.get("reason"))


@dataclass(frozen=True)
class PhaseFigures:
    """What all phases of one name had in a run, in the mean of its trials. n: how many there were."""

    phase: str
    n: int
    seconds: Optional[float]
    queries: Optional[float]
    joules: Figure


def _phase_figures(row):
    joules = Figure(row["joules_per_run"], row["low_per_run"], row["high_per_run"], row["provenance"],
                    row["reason"])
    return PhaseFigures(row["phase"], row["n"], row["seconds_per_run"], row["queries_per_run"], joules)


class Variant:
    """A variant of one campaign: campaign, variant, job, trials, queries, and the figures
    joules_per_query, joules_per_run, seconds_per_run, gco2e_per_run... by name; quality is a
    dictionary of figures, units one of joules per token, image...: units["tokens"], and phases one of what
    each marked phase drew: phases["steady"].joules."""

    def __init__(self, row, read_phases):
        self.row = row  # as in the JSON
        self._read_phases = read_phases
        self.quality = {name: _figure(one) for name, one in (row.get("quality") or {}).items()}
        self.units = {one["unit"]: _figure(one["joules_per_unit"]) for one in row.get("units") or []}

    @property
    def phases(self):
        return {row["phase"]: _phase_figures(row) for row in self._read_phases()
                if (row["campaign_id"], row["variant"], row["job"]) ==
                (self.row["campaign"], self.row["variant"], self.row["job"]) and row["ordinal"] > 0}

    def __getattr__(self, name):
        try:
            value = self.__dict__["row"][name]
        except KeyError:
            raise AttributeError(f"a variant has no {name!r}; it has {', '.join(self.row)}") from None
        return _figure(value) if isinstance(value, dict) and "value" in value else value

    def __dir__(self):
        return [*super().__dir__(), *self.row]

    def __repr__(self):
        return f"<joulecart.Variant {self.variant!r}, {self.job}, campaign {self.campaign}>"


class Database:
    """campaigns (dictionaries, as in the JSON) and variants (Variant objects, campaign by campaign)."""

    def __init__(self, report, read_phases):
        self.report = report
        self.campaigns = report["campaigns"]
        self.variants = [Variant(row, read_phases) for row in report["variants"]]

    def __getitem__(self, name):
        """The last variant of that name that answered queries, or ran as a command."""
        found = [one for one in self.variants if one.variant == name and one.job != "train"]
        if not found:
            names = ", ".join(repr(one) for one in self) or "none"
            raise KeyError(f"no variant {name!r}; there are: {names}")
        return found[-1]

    def __iter__(self):
        """The names that [] takes."""
        return iter(dict.fromkeys(one.variant for one in self.variants if one.job != "train"))

    def __contains__(self, name):
        return name in list(self)

    def to_frame(self):
        """A pandas DataFrame: a row a variant; of each figure its value, and its interval, provenance
        and reason in columns of their own."""
        import pandas

        rows = []
        for one in self.variants:
            row = {}
            figures = {f"joules_of_{unit}": figure for unit, figure in one.units.items()}
            for name, value in one.row.items():
                if isinstance(value, dict) and "value" in value:
                    figures[name] = _figure(value)
                elif not isinstance(value, (dict, list)):
                    row[name] = value
            for name, figure in figures.items():
                row[name] = figure.value
                for part in ("low", "high", "provenance", "reason"):
                    row[f"{name}_{part}"] = getattr(figure, part)
            rows.append(row)
        return pandas.DataFrame(rows)


def open_database(path, program=None):
    """Reads the figures of a database. program: joulecart's path, else $JOULECART, else what PATH
    has. Raises Error with what joulecart said, and FileNotFoundError where there is no joulecart."""
    program = program or os.environ.get("JOULECART") or shutil.which("joulecart")
    if not program:
        raise FileNotFoundError("no joulecart in PATH: name it as program=, or in $JOULECART")

    def read(*options):
        # "--": a file may be called as an option is
        return subprocess.run([program, "report", "--format", "json", *options, "--", os.fspath(path)],
                              capture_output=True, text=True, check=False)

    @lru_cache(maxsize=None)
    def read_phases():
        result = read("--phases")
        try:
            return json.loads(result.stdout)["rows"]  # none, where it refuses because none was marked
        except ValueError:
            raise Error(result.stderr.strip()) from None

    result = read()
    if result.returncode != 0:
        raise Error(result.stderr.strip())
    return Database(json.loads(result.stdout), read_phases)
