"""Regions: which layer or function used the joules, for what runs thousands of times a second.

Their times are added up in memory by the shared library (joulecart.h); without libjoulecart.so.0, or
outside of `joulecart run`, they do nothing.
"""

import os

from ._marks import _listens

_library = None  # once it was looked for; False: there is none


def _open(ctypes):
    """What JOULECART_LIBRARY names, else what the loader finds, else the one of the folder that this package
    was installed below: that of another prefix than the loader's."""
    beside = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "libjoulecart.so.0"))
    named = os.environ.get("JOULECART_LIBRARY")
    # PyDLL: a mark is shorter than giving the interpreter's lock back takes
    try:
        return ctypes.PyDLL(named or "libjoulecart.so.0")
    except OSError:
        if named:
            raise
        return ctypes.PyDLL(beside)


def _load():
    """The library, attached; False where there is none."""
    try:
        import ctypes

        library = _open(ctypes)
        library.joulecart_region.argtypes = [ctypes.c_char_p]
        library.joulecart_region.restype = ctypes.c_uint
        library.joulecart_region_work.argtypes = [ctypes.c_uint, ctypes.c_double, ctypes.c_double]
        for mark in (library.joulecart_region_begin, library.joulecart_region_end):
            mark.argtypes = [ctypes.c_uint]
            mark.restype = None
        library.joulecart_attach.restype = ctypes.c_bool
        return library if library.joulecart_attach() else False
    except (ImportError, OSError, AttributeError):
        return False


def _loaded():
    global _library
    if _library is None:
        _library = _load() if _listens() else False
    return _library


def _name(text):
    """At most 63 bytes, cut between two characters."""
    return str(text).encode("utf-8", "replace")[:63].decode("utf-8", "ignore").encode()


class Region:
    """`with joulecart.region("conv1"): ...`, or begin() and end(). May be entered again, within itself and
    by several threads. It belongs to the thread: around an `await` it says nothing of use."""

    __slots__ = ("name", "begin", "end")

    def __init__(self, name, flop=0, weight_bytes=0):
        self.name = name
        self.begin = self.end = _nothing
        library = _loaded()
        if not library:
            return
        try:
            number = library.joulecart_region(_name(name))
            if flop or weight_bytes:
                library.joulecart_region_work(number, float(flop), float(weight_bytes))
        except Exception:  # a __str__ of the program's own, numbers that are none
            return
        begin, end = library.joulecart_region_begin, library.joulecart_region_end
        self.begin = lambda: begin(number)
        self.end = lambda: end(number)

    def __enter__(self):
        self.begin()
        return self

    def __exit__(self, *_):
        self.end()
        return False


def _nothing():
    pass


def region(name, flop=0, weight_bytes=0):
    """A Region of that name, of at most 63 bytes: make it once and keep it. What one passage computes
    (a multiply-add is two) and reads of weights, for joules per operation; 0: not known."""
    return Region(name, flop, weight_bytes)
