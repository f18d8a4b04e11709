"""A program with N workers, each of which meets a fault while it marks: faults.py SEED N EXPECTED.

Standard output says of each worker what it printed, how it ended and what it computed; that must be the
same with and without joulecart. EXPECTED gets a line for each phase that must not be lost, whatever the
others met: its name, a number and its queries. Which fault a worker meets is drawn by SEED."""
import asyncio
import os
import random
import resource
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import traceback

import joulecart

here = os.path.dirname(os.path.abspath(__file__))
program = os.environ.get("MARKING_PROGRAM")
node = shutil.which("node")
expected = None  # a file, in every process its own copy of the same open file


def expect(name, n, queries):
    os.write(expected, f"{name}|{n}|{queries}\n".encode())


def kept(name, n, queries=1):
    """A phase that must be in the database; its name holds the number."""
    with joulecart.phase(f"{name} {n}") as p:
        p.queries = queries
    expect(name, n, queries)


def compute(n, draw):
    """Work with marks in it, whose result they must not change."""
    total = n
    for i in range(20):
        with joulecart.phase("work", queries=i) as p:
            total = (total * 6364136223846793005 + draw.randrange(1 << 30)) % (1 << 64)
            p.units("tokens", i)
        joulecart.metric("total", total)
    return total


def sockets():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 2 and stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                found.append(int(name))
        except OSError:
            pass
    return found


# --- the faults: each may print, and may return ------------------------------------------------------

def closed(n, draw):
    kept("closed", n)
    for fd in sockets():
        os.close(fd)


def stranger(n, draw):
    """Another file has the numbers of the sockets: nothing may be written to it."""
    joulecart.metric("before", n)
    with tempfile.TemporaryFile() as file:
        for fd in sockets():
            os.dup2(file.fileno(), fd)
        compute(n, draw)
        print("stranger", os.fstat(file.fileno()).st_size)


def full(n, draw):
    kept("full", n)
    for i in range(3000):
        joulecart.metric("flood", i)


def garbage(n, draw):
    joulecart.active()
    number = os.environ.get("JOULECART_MARKER_FD", "").partition(":")[0]
    for fd in [int(number)] if number else []:
        shared = socket.socket(fileno=os.dup(fd))
        draw = random.Random(n)  # not the program's own, of which it draws as often without joulecart
        for _ in range(100):
            size = draw.choice([1, 100, 263, 264, 264, 264, 265, 1000])
            packet = bytearray(draw.randbytes(size))
            if size == 264 and draw.random() < 0.8:
                struct.pack_into("=II", packet, 0, 0x4A434D31, draw.randrange(12))
                struct.pack_into("=i", packet, 32, -draw.randrange(1, 1000))  # nobody's PID
            try:
                shared.send(packet, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
            except OSError:
                pass
        shared.close()
    kept("garbage", n)


def forked(n, draw):
    with joulecart.phase(f"forked {n}") as p:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            p.queries = 99  # its parent's phase: ends nothing
            p.end()
            kept("child", n, 2)
            os._exit(7)
        print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        p.queries = 3
    expect("forked", n, 3)


def raised(n, draw):
    try:
        with joulecart.phase(f"raised {n}", queries=1):
            with joulecart.phase("inner"):
                raise ValueError(n)
    except ValueError as error:
        print("raised", error)
    expect("raised", n, 1)


def uncaught(n, draw):
    with joulecart.phase("uncaught"):
        raise RuntimeError(n)


def interrupted(n, draw):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with joulecart.phase(f"interrupted {n}", queries=4):
            signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print("interrupted")
    expect("interrupted", n, 4)


def left(n, draw):
    sys.stdout.flush()
    with joulecart.phase("left"):
        os._exit(draw.randrange(256))


def killed(n, draw):
    sys.stdout.flush()
    with joulecart.phase("killed"):
        os.kill(os.getpid(), draw.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1]))
        signal.pause()


def executed(n, draw):
    sys.stdout.flush()
    joulecart.phase("executed").begin()
    os.execv(program, [program, "fault", draw.choice(["none", "closed", "stranger", "forked", "left",
                                                      "aborted", "threads", "ended"]), str(n)])


def executed_python(n, draw):
    sys.stdout.flush()
    joulecart.phase("executed").begin()
    os.execv(sys.executable, [sys.executable, "-c",
                              "import joulecart\nwith joulecart.phase('again', 5): print('again')"])


def in_node(n, draw):
    sys.stdout.flush()
    if node:
        os.execv(node, [node, os.path.join(here, "program.js"), "fault",
                        draw.choice(["none", "closed", "raised", "rejected", "exited", "killed"])])


def threads(n, draw):
    with joulecart.phase(f"threads {n}", queries=1):
        expect("threads", n, 1)
        all_of_them = [threading.Thread(target=kept, args=("thread", n, i)) for i in range(1, 101)]
        for one in all_of_them:
            one.start()
        for one in all_of_them:
            one.join()


def ranks(n, draw):
    """As torchrun starts them; one is killed in a step, and the others go on."""
    sys.stdout.flush()
    victim, pids = draw.randrange(4), []
    for rank in range(4):
        pids.append(os.fork())
        if pids[-1] == 0:
            os.environ["RANK"] = str(rank)
            callback = joulecart.callbacks.LightningCallback()
            callback.on_train_start()
            for step in range(5):
                if rank == victim and step == 2:
                    os.kill(os.getpid(), signal.SIGKILL)
                with joulecart.phase(f"rank {n}") as p:
                    p.queries = 10 * rank + step + 1
                expect("rank", n, 10 * rank + step + 1)
            callback.on_train_end()
            os._exit(rank)
    print("ranks", [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids])


def without_streams(n, draw):
    sys.stdout.flush()
    os.close(0)  # the lowest number is free: a socket that is made now must not take it
    joulecart.metric("m", n)
    print("stream", os.path.exists("/proc/self/fd/0"))
    kept("without streams", n)


def without_descriptors(n, draw):
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    joulecart.metric("m", n)


def without_environment(n, draw):
    os.environ.clear()


def cancelled(n, draw):
    async def sleeper():
        async with joulecart.phase(f"cancelled {n}", queries=6):
            await asyncio.sleep(60)

    async def main():
        task = asyncio.create_task(sleeper())
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")

    asyncio.run(main())
    expect("cancelled", n, 6)


def in_a_handler(n, draw):
    left = 20

    def handle(*_):
        nonlocal left
        with joulecart.phase("handler"):
            left -= 1
        if left > 0:  # the next one comes when this one is over
            signal.setitimer(signal.ITIMER_REAL, 1e-4)

    signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 1e-4)
    with joulecart.phase(f"handled {n}", queries=8):
        for _ in range(3):  # more could be marks than its own socket holds, its own end among them
            compute(n, random.Random(n))
        while left > 0:
            sum(range(100))
    expect("handled", n, 8)


def recursing(n, draw):
    def deeper():
        with joulecart.phase("deeper"):
            deeper()

    sys.setrecursionlimit(200)
    try:
        deeper()
    except RecursionError:
        print("recursed")
    sys.setrecursionlimit(1000)


def subprocesses(n, draw):
    """Which closes every descriptor that it does not know."""
    print("status", subprocess.run([program, "fault", "none", str(n)], check=False).returncode)


FAULTS = [closed, stranger, full, garbage, forked, raised, uncaught, interrupted, left, killed, executed,
          threads, ranks, without_streams, without_descriptors, without_environment, cancelled,
          in_a_handler, recursing, subprocesses]
RARE = [executed_python, in_node]  # they take long to begin


def work(fault, n, seed):
    draw = random.Random(f"{seed} {n}")
    try:
        fault(n, draw)
        print("result", compute(n, draw))
        sys.stdout.flush()
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        os._exit(1)


def run_worker(fault, n, seed):
    """(what it printed, its status)."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(reading)
        os.close(writing)
        work(fault, n, seed)
    os.close(writing)
    with open(reading, "rb") as file:
        text = file.read()
    return text, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(seed, n_workers, path):
    global expected
    expected = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC)
    draw = random.Random(seed)
    # Beside the workers, a program of its own that marks all the time.
    witness = subprocess.Popen([program, "witness", str(n_workers)])
    for i in range(1, n_workers + 1):
        expect("witness", i, i)
    for n in range(n_workers):
        fault = draw.choice(RARE if draw.random() < 0.03 else FAULTS)
        with joulecart.phase(f"parent {n}") as p:
            text, status = run_worker(fault, n, seed)
            p.queries = n + 1
        expect("parent", n, n + 1)
        print(n, fault.__name__, status, text)
    print("witness", witness.wait())
    sys.stdout.flush()
    ending = draw.randrange(4)
    if ending == 0:
        os.kill(os.getpid(), signal.SIGTERM)
    if ending == 1:
        raise SystemExit(draw.randrange(256))
    if ending == 2:
        with joulecart.phase("last"):
            os._exit(draw.randrange(256))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
