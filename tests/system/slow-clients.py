"""slow-clients.py PORT N SECONDS: N clients that each send a byte of a request a second, and never end it.

Prints how many connections were open at once, and how many the server had closed at the end.
"""
import select
import socket
import sys
import time

port, n, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
head = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
clients = []
for _ in range(n):
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(head)
    clients.append(client)
print(len(clients), "open", flush=True)
end = time.monotonic() + seconds
closed = set()
while time.monotonic() < end and len(closed) < n:
    for client in clients:
        if client in closed:
            continue
        try:
            client.sendall(b"a")
            if select.select([client], [], [], 0)[0] and not client.recv(4096):
                closed.add(client)
        except OSError:
            closed.add(client)
    time.sleep(1)
print(len(closed), "closed", flush=True)
