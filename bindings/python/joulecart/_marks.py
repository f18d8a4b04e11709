"""What a program says to joulecart: one packet a mark, on the socket that it was started with.

The form of a packet is that of profiler/markers/marker-message.h. Nothing here raises into the
program, prints, starts a thread or waits (answers() alone does, for room): what cannot be sent is
dropped and counted. Outside of
`joulecart run` every call ends at the first test. Only what is built into the interpreter is
imported, so that `import joulecart` takes a few milliseconds.
"""

import os
import struct
import time
from _contextvars import ContextVar
from errno import EAGAIN, EMFILE, ENFILE, ENOBUFS, ENOMEM
from itertools import count

_PACKET = struct.Struct("=IIqQdi32s32s156sIi")
_MAGIC = 0x4A434D31
_BEGIN, _END, _METRIC, _WORKLOAD, _PARENT, _UNITS, _ANSWERS = 1, 2, 5, 6, 7, 8, 9
_FAREWELL = 12
_NAME_BYTES = 31
_ANSWER_BYTES, _MOST_ANSWERS = 152, 2**20
_FOR_NOW = (EAGAIN, EMFILE, ENFILE, ENOMEM, ENOBUFS)  # a full queue, or no descriptor left
_PATIENCE_MS = 3000  # for room in a full socket, where joulecart does not read
_MAX_NUMBER = 2**63 - 1

_socket = None  # see _find_socket(), once it was looked for
_settled = {}  # the same: see _settle()
_dropped = 0
_untold = 0  # of these, what joulecart does not know
# Pairs an end with its begin, whichever thread or task comes first. Below 0: the shared library
# gives its phases the number of their thread.
_contexts = count(-1, -1)
_open_phases = ContextVar("joulecart.phases", default=())  # of this thread or task


def _inherited(sockets):
    """The socket of JOULECART_MARKER_FD, "FD:INODE". A child that did not inherit the descriptor
    finds another file under its number, or none."""
    number, _, inode = os.environ.get("JOULECART_MARKER_FD", "").partition(":")
    if int(number) <= 2 or os.fstat(int(number)).st_ino != int(inode):
        raise ValueError
    return sockets.socket(sockets.AF_UNIX, sockets.SOCK_SEQPACKET, 0, int(number))


def _connected(sockets):
    """A connection to the socket at JOULECART_MARKER_SOCKET."""
    address = os.environ["JOULECART_MARKER_SOCKET"]
    kind = sockets.SOCK_SEQPACKET | sockets.SOCK_NONBLOCK | sockets.SOCK_CLOEXEC
    found = sockets.socket(sockets.AF_UNIX, kind, 0)
    try:
        if found.fileno() <= 2:  # a closed standard stream: what is printed would go here
            raise OSError
        found.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 1 << 20)
        found.connect(address)
    except OSError:
        found.close()
        raise
    return found


def _lose():
    """Counts a mark that is lost, where joulecart sees it: a byte in a file beside its socket."""
    global _dropped, _untold
    _dropped += 1
    try:
        path = os.environ["JOULECART_MARKER_SOCKET"] + "-lost"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            os.write(file, b"\0")
        finally:
            os.close(file)
    except (KeyError, OSError):
        _untold += 1
        if _untold == 1:
            import atexit

            atexit.register(_bid_farewell)


def _bid_farewell():
    """What was lost since the last mark, and could not be told of then."""
    if _socket and _untold:
        _send(_FAREWELL, patient=True)


def _find_socket():
    """(socket, its inode, whether it is its own), or False, or None where there may be one later: a socket of this
    process's own, which no other can fill, else the inherited one."""
    if "JOULECART_MARKER_FD" not in os.environ and "JOULECART_MARKER_SOCKET" not in os.environ:
        return False
    try:
        import _socket as sockets

        is_own = True
        try:
            found = _connected(sockets)
        except (KeyError, OSError) as error:
            is_own = False
            try:
                found = _inherited(sockets)
            except (ValueError, OSError):
                if getattr(error, "errno", 0) in _FOR_NOW:
                    return None
                raise
        inode = os.fstat(found.fileno()).st_ino
    except (ValueError, OSError, ImportError):
        return False
    import atexit

    # Taken away from the object, the descriptor is no unclosed socket to warn of at the end.
    atexit.register(found.detach)
    return found, inode, is_own


def _become_child():
    """A fork's child looks for a socket of its own where it marks."""
    global _socket, _dropped, _untold
    if _socket:
        socket, inode, is_own = _socket
        try:
            if is_own and os.fstat(socket.fileno()).st_ino == inode:
                socket.close()
        except OSError:
            pass
        socket.detach()
    _socket, _dropped, _untold = None, 0, 0
    _settled.clear()


os.register_at_fork(after_in_child=_become_child)


def _settle():
    """Looks for the socket. Of threads, or a signal's handler, that look at once, one has what all use: on two
    sockets a phase's end could come before its begin."""
    global _socket
    found = _find_socket()
    if found is None:
        return
    # dict.setdefault() decides between them
    _socket = _settled.setdefault("socket", found)
    if _socket is not found and found and found[2]:
        found[0].close()


def _listens():
    if _socket is None:
        _settle()
        if _socket is None:  # joulecart is there, and cannot be reached now
            _lose()
    return bool(_socket)


def active():
    """True where `joulecart run` listens to this process."""
    if _socket is None:
        _settle()
    return _socket is not False


def dropped():
    """How many marks could not be sent: the socket was full, or joulecart has gone."""
    return _dropped


def _bytes(name):
    """The first 31 bytes of a name, cut between two characters."""
    try:
        text = str(name).encode("utf-8", "replace")
    except Exception:  # a __str__ of the program's own
        return b"?"
    return text if len(text) <= _NAME_BYTES else text[:_NAME_BYTES].decode("utf-8", "ignore").encode()


def _number(value):
    """A count as the packet holds it; what is none counts as 0."""
    try:
        return min(max(int(value), 0), _MAX_NUMBER)
    except Exception:
        return 0


def _wait_for_room(socket):
    """False: joulecart has read nothing for a while."""
    import select

    poll = select.poll()
    poll.register(socket, select.POLLOUT)
    return bool(poll.poll(_PATIENCE_MS))


def _send(kind, phase=b"", name=b"", number=0, real=0.0, context=0, at_ns=None, text=b"", patient=False):
    """Whether it was sent. patient: waits for room."""
    try:
        packet = _PACKET.pack(
            _MAGIC, kind, time.monotonic_ns() if at_ns is None else at_ns, number, real,
            os.getpid(), phase, name, text, _untold, context)
        socket, inode, _ = _socket
        # A program that closes what it does not know may have another file under the number.
        if os.fstat(socket.fileno()).st_ino != inode:
            raise OSError
        # MSG_DONTWAIT | MSG_NOSIGNAL: neither a full socket nor a killed profiler is felt
        while True:
            try:
                socket.send(packet, 0x4040)
                return True
            except BlockingIOError:
                if not patient or not _wait_for_room(socket):
                    raise
    except (OSError, TypeError):
        _lose()
        return False


def _still_open():
    return tuple(use for use in _open_phases.get() if use._end_ns is None)


class Phase:
    """A marked interval: `with joulecart.phase("steady") as p: ...; p.queries += n`.

    queries   how many functional units the phase served; set it at any time before the end
    seconds   how long it has lasted, or lasted: there at once, with and without joulecart
    The same object may be entered again, within itself and by several threads or tasks at once:
    each use is a phase of its own, and `as p` is that use.
    """

    __slots__ = ("name", "queries", "_initial", "_origin", "_free", "_context", "_pid",
                 "_begin_ns", "_end_ns")

    def __init__(self, name, queries=0, origin=None):
        self.name = name
        self.queries = self._initial = queries
        self._origin = origin or self
        # list.pop() decides between threads which of them has the object itself
        self._free = [] if origin else [self]
        self._context = self._pid = 0
        self._begin_ns = self._end_ns = None

    def begin(self):
        """What entering the `with` block does; returns the use."""
        try:
            use = self._free.pop()
        except IndexError:
            use = type(self)(self.name, self._initial, self._origin)
        use.queries = use._initial
        use._end_ns = None
        use._pid = os.getpid()
        use._context = next(_contexts) if _listens() else 0
        use._begin_ns = time.monotonic_ns()
        _open_phases.set(_still_open() + (use,))
        if use._context:
            _send(_BEGIN, _bytes(use.name), context=use._context, at_ns=use._begin_ns)
        return use

    def end(self):
        """What leaving it does. An end without a begin does nothing."""
        now_ns = time.monotonic_ns()
        phases = _still_open()
        uses = [use for use in phases if use._origin is self._origin]
        # none: it ends in another task, or another generator's frame, than it began in
        use = self if self in uses and self._origin is not self else (uses or [self])[-1]
        if use._begin_ns is None or use._end_ns is not None:
            return
        use._end_ns = now_ns
        _open_phases.set(tuple(other for other in phases if other is not use))
        if use._context and use._pid == os.getpid():  # a fork's child has none of its parent's
            _send(_END, _bytes(use.name), number=_number(use.queries), context=use._context,
                  at_ns=now_ns)
        if use is use._origin:
            use._free.append(use)

    def units(self, unit, n):
        """Adds n of another unit, such as "tokens", to what the phase has served."""
        if self._context and self._end_ns is None:
            _send(_UNITS, _bytes(self.name), _bytes(unit), _number(n), context=self._context)

    @property
    def seconds(self):
        if self._begin_ns is None:
            return None
        return ((self._end_ns or time.monotonic_ns()) - self._begin_ns) * 1e-9

    def __enter__(self):
        return self.begin()

    def __exit__(self, *_):
        self.end()
        return False

    async def __aenter__(self):
        return self.begin()

    async def __aexit__(self, *_):
        self.end()
        return False

    def __repr__(self):
        state = ("not begun" if self._begin_ns is None else
                 "open" if self._end_ns is None else "ended")
        return f"<joulecart.Phase {self.name!r}, {state}>"


def phase(name, queries=0):
    """A Phase to enter: "load", "warm-up", "steady" (joules per query come from it), "train", or
    a name of your own, of at most 31 bytes."""
    return Phase(name, queries)


def metric(name, value):
    """Records a figure of this run that is no energy: metric("top1", 0.91)."""
    if _listens():
        try:
            real = float(value)
        except Exception:  # a value that is no number, or a __float__ of the program's own
            real = float("nan")  # which the report says
        _send(_METRIC, name=_bytes(name), real=real)


def _packed(answers):
    """(bits of an answer, bytes): right and wrong take a bit, anything between a byte."""
    values = [float(one) for one in answers]
    if any(one not in (0.0, 1.0) for one in values):
        # NaN is no answer that was right
        return 8, bytes(int(255 * min(one, 1.0) + 0.5) if one > 0 else 0 for one in values)
    packed = bytearray((len(values) + 7) // 8)
    for i, one in enumerate(values):
        if one:
            packed[i >> 3] |= 1 << (i & 7)
    return 1, bytes(packed)


def answers(metric, answers):
    """How good each answer was, by the metric of that name, from 0 (wrong) to 1 (right), in the order
    of the queries, which workload() names. Programs that answered the same queries are then compared
    query by query. At most 2**20; once, after the queries. Does not stand for metric(). Answers that the
    socket does not hold at once wait for joulecart to read, for some seconds at most."""
    if not _listens():
        return
    try:
        answers = list(answers)
        bits, packed = _packed(answers)
        n = float(len(answers))
    except Exception:  # no numbers
        bits, packed, n = 1, b"\0", float("nan")
    if n > _MOST_ANSWERS:
        packed = packed[:1]  # it is refused, and the report says so
    for at in range(0, len(packed), _ANSWER_BYTES):
        # without one of its packets the rest is worth nothing
        if not _send(_ANSWERS, b"%d" % bits, _bytes(metric), at * 8 // bits, n,
                     text=packed[at:at + _ANSWER_BYTES], patient=True):
            return


def workload(hash):
    """Names the work that this run does: only trials of the same workload are compared."""
    if _listens():
        _send(_WORKLOAD, name=_bytes(hash))


def parent(hash):
    """Names the workload whose result this run starts from: a teacher's training, for that of
    its student."""
    if _listens():
        _send(_PARENT, name=_bytes(hash))


def units(unit, n):
    """Adds n of another unit than queries, such as "tokens", to what the innermost open phase of
    this thread or task has served; outside of every phase, to what the whole run has."""
    if _listens():
        phases = _still_open()
        name, context = (phases[-1].name, phases[-1]._context) if phases else ("", 0)
        _send(_UNITS, _bytes(name), _bytes(unit), _number(n), context=context)
