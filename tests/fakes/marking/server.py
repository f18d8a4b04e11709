"""A service that answers and counts: server.py FORM PORT-FILE. GET /work answers one request, which
burns 2 ms of CPU time, takes 10 tokens and gives 20; GET /metrics is a page of the form of vllm,
sglang, tgi or trtllm, or of a server of nobody's (own), also one whose second series is no number at every
second look (flicker)."""
import http.server
import os
import sys
import time

FORMS = {
    "vllm": """# HELP vllm:request_success_total Count of successfully processed requests.
# TYPE vllm:request_success_total counter
vllm:request_success_total{{finished_reason="stop",model_name="m"}} {stop}
vllm:request_success_total{{finished_reason="length",model_name="m"}} {length}
# TYPE vllm:prompt_tokens_total counter
vllm:prompt_tokens_total{{model_name="m"}} {prompt}
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{{model_name="m"}} {generated:e}
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{{model_name="m"}} NaN
""",
    "sglang": """# TYPE sglang:num_requests_total counter
sglang:num_requests_total{{model_name="m"}} {requests}
sglang:prompt_tokens_total{{model_name="m"}} {prompt}
sglang:generation_tokens_total{{model_name="m"}} {generated}
""",
    "tgi": """# TYPE tgi_request_success counter
tgi_request_success {requests}
# TYPE tgi_request_input_length histogram
tgi_request_input_length_bucket{{le="+Inf"}} {requests}
tgi_request_input_length_sum {prompt}
tgi_request_input_length_count {requests}
tgi_request_generated_tokens_sum {generated}
""",
    "trtllm": """# TYPE trtllm_request_success_total counter
trtllm_request_success_total{{engine_type="trtllm",finished_reason="stop",model_name="m"}} {requests}
""",
    "own": """# TYPE shop_answers_total counter
shop_answers_total{{kind="search",text="a \\"b\\" }}"}} {stop}
shop_answers_total{{kind="compare"}} {length}
shop_answers_created 1.7e9
""",
    "flicker": """shop_answers_total{{kind="search"}} 1{requests:06d}
shop_answers_total{{kind="compare"}} {flickering}
""",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    n = n_looks = 0

    def do_GET(self):
        if self.path == "/work":
            end = time.thread_time() + 0.002
            while time.thread_time() < end:
                pass
            Handler.n += 1
            text = "answered\n"
        elif self.path == "/metrics":
            n = Handler.n
            Handler.n_looks += 1
            text = FORMS[sys.argv[1]].format(requests=n, stop=n - n // 3, length=n // 3,
                                             prompt=10 * n, generated=20 * n,
                                             flickering=("5000000", "NaN")[Handler.n_looks % 2])
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        else:
            text = "x" * (20 << 20) if self.path == "/huge" else "\0"
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.allow_reuse_address = True
port = int(open(sys.argv[2]).read()) if os.path.exists(sys.argv[2]) else 0
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
with open(sys.argv[2] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[2] + ".new", sys.argv[2])
server.serve_forever()
