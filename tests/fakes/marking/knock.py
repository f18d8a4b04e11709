#!/usr/bin/env python3
"""A program that wants to keep others from marking: takes places and keeps them, and goes on knocking.

    knock.py FILE

Waits for a run's marker socket, makes FILE once it has connected to it 600 times, and connects on and on until
the socket is gone."""

import re
import resource
import socket
import sys
import time

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def name_of_door():
    while True:
        with open("/proc/net/unix", encoding="utf-8", errors="replace") as table:
            # the listening one: __SO_ACCEPTCON
            found = re.search(r" 00010000 .* (/\S*/joulecart-marks-\w{6}/marks)$", table.read(), re.M)
        if found:
            return found[1]
        time.sleep(0.01)


def knock(door):
    visitor = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    visitor.setblocking(False)
    visitor.connect(door)
    return visitor


door = name_of_door()
kept = []
n = 0
while True:
    try:
        kept.append(knock(door))
        n += 1
    except BlockingIOError:  # too many wait already
        time.sleep(0.001)
    except (ConnectionRefusedError, FileNotFoundError):
        break
    if n == 600:
        with open(sys.argv[1], "w", encoding="utf-8"):
            pass
    if len(kept) > 900:
        del kept[600:]
