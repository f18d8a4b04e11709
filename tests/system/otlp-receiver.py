"""otlp-receiver.py FOLDER [ANSWER]...: an OpenTelemetry receiver that answers the first requests as it is told.

ANSWER: a status ("503"), a status and Retry-After ("429:3"), or one of those named in ODD; then 200. The body of request N
is FOLDER/N.json, and FOLDER/log has a line "N ANSWER SECONDS" for each. FOLDER/port says where it listens, and is read
first: who begins again listens there again.
"""
import http.server
import json
import os
import sys
import time

folder, script = sys.argv[1], sys.argv[2:]
ODD = {
    "partial": b'{"partialSuccess": {"rejectedDataPoints": "2", "errorMessage": "too\\u001b[31m old"}}',
    "huge": b"a" * 300000,
    "page": b"<html>It works!</html>",
    "lies": b'{"partialSuccess": {"rejectedDataPoints": "-99999999999999999999", "errorMessage": [1]}}',
}
REASONS = {"400": b'{"code": 3, "message": "no such\\u0007 metric"}'}


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def take(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        n = len([name for name in os.listdir(folder) if name.endswith(".json")])
        assert self.path == "/v1/metrics" and self.headers["Content-Type"] == "application/json", self.path
        with open(f"{folder}/{n}.json", "wb") as file:
            file.write(body)
        return n, script[n] if n < len(script) else "200"

    def do_POST(self):
        n, answer = self.take()
        with open(f"{folder}/log", "a") as log:
            print(n, answer, time.monotonic(), file=log)
        if answer == "bytes":
            self.wfile.write(b"\0\1 no HTTP at all\r\n\r\n")
            self.close_connection = True
            return
        if answer == "hang":
            time.sleep(600)
        status, _, after = answer.partition(":")
        text = ODD.get(answer, REASONS.get(status, b"{}"))
        self.send_response(200 if answer in ODD else int(status))
        if after:
            self.send_header("Retry-After", after)
        if status == "307":
            self.send_header("Location", "http://127.0.0.1:1/v1/metrics")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


os.makedirs(folder, exist_ok=True)
try:
    with open(f"{folder}/port") as file:
        port = int(file.read())
except FileNotFoundError:
    port = 0
with Server(("127.0.0.1", port), Receiver) as server:
    with open(f"{folder}/port.new", "w") as file:
        file.write(str(server.server_port))
    os.rename(f"{folder}/port.new", f"{folder}/port")
    open(f"{folder}/up", "w").close()
    server.serve_forever()
