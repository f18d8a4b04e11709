"""A meter at the wall of a machine whose true power is known (tests/fakes/machine.h): 12 W + 1.25 times its packages.

wall-meter.py serve MACHINE FOLDER [N]
    answers by SCPI as Yokogawa's WT series does; FOLDER/port says where. After each N answers it hangs up, and
    takes no connection for 1.2 s.
wall-meter.py log MACHINE DB OFFSET_S INTERVAL_S
    prints as CSV what it saw from a second before DB's first trial to a second after its last, by a clock to
    which OFFSET_S must be added.
"""
import math
import os
import socket
import sqlite3
import sys
import time

BASE_W, GAIN = 12, 1.25


def joules(shape, low, high, period, t):
    """Since the boot, as the machine's counters have it."""
    low, high, period = float(low), float(high), float(period)
    if shape == "sine":
        return low * t - high * period / (2 * math.pi) * math.cos(2 * math.pi * t / period)
    n = math.floor(t / period)
    return low * t + (high - low) * (n * period / 2 + min(t - n * period, period / 2))


def read_machine(path):
    with open(path) as lines:
        words = [line.split() for line in lines if line.startswith("zone")]
    return [next(w for w in word if w.startswith("power=")).removeprefix("power=").split(":") for word in words]


def wall_w(machine, begin, end):
    return BASE_W + GAIN * sum(joules(*power, end) - joules(*power, begin) for power in machine) / (end - begin)


def serve(machine, folder, n=None):
    left = int(n) if n else None
    while True:
        listener = socket.create_server(("127.0.0.1", int(open(f"{folder}/port").read()) if os.path.exists(f"{folder}/port") else 0))
        with open(f"{folder}/port.new", "w") as file:
            file.write(str(listener.getsockname()[1]))
        os.rename(f"{folder}/port.new", f"{folder}/port")
        while True:
            talk, _ = listener.accept()
            talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for line in talk.makefile("rb"):
                if line == b"*IDN?\n":
                    talk.sendall(b"YOKOGAWA,WT310E,C3VB01,F1.04\n")
                elif line == b":NUMERIC:NORMAL:VALUE? 1\n":
                    if left == 0:
                        break
                    left = left - 1 if left else left
                    now = time.clock_gettime(time.CLOCK_MONOTONIC)
                    talk.sendall(b"%.4E\n" % wall_w(machine, now - 0.25, now))
            if left == 0:
                break
        left = int(n)
        talk.shutdown(socket.SHUT_RDWR)
        talk.close()
        listener.close()
        time.sleep(1.2)


def log(machine, path, offset_s, interval_s):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    utc, begin, end = db.execute("SELECT min(begin_utc_ns), min(begin_mono_ns), max(end_mono_ns) FROM trial").fetchone()
    step = round(float(interval_s) * 1e9)
    print("timestamp,volts,watts")
    for at in range(begin - 10**9, end + 10**9, step):
        stamp = utc + at - begin - round(float(offset_s) * 1e9)
        print(f"{stamp // 10**9}.{stamp % 10**9:09d},230,{wall_w(machine, (at - step) * 1e-9, at * 1e-9):.5f}")


command, path, *rest = sys.argv[1:]
globals()[command](read_machine(path), *rest)
