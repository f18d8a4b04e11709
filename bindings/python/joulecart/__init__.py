"""joulecart: joules per query of a Python program, with their interval.

    import joulecart

    with joulecart.phase("steady") as p:
        for batch in batches:
            answer(batch)
            p.queries += len(batch)

    $ joulecart run -o x.db -- python3 serve.py

Outside of `joulecart run` all of it does nothing. `joulecart.open("x.db")` reads the figures.
"""

from ._marks import Phase, active, answers, dropped, metric, parent, phase, units, workload
from ._measured import measured

__all__ = ["Phase", "active", "answers", "dropped", "measured", "metric", "open", "parent", "phase",
           "region", "units", "workload"]
__version__ = "0.1.0"


def __getattr__(name):
    # What reads databases is imported where it is used: a program that marks does without.
    if name == "open":
        from ._results import open_database

        return open_database
    if name == "region":
        from ._regions import region

        return region
    if name in ("callbacks", "torch"):
        from importlib import import_module

        return import_module("." + name, __name__)
    raise AttributeError(f"module 'joulecart' has no attribute {name!r}")
