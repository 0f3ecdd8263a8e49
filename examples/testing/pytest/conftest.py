"""Starts the local gateway as a process: its first line of output is what the tests need."""

import json
import os
import shlex
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMAND = shlex.split(os.environ.get("GATEWAY_COMMAND", "npx websocket-gateway local"))


class Backend(BaseHTTPRequestHandler):
    """Answers every request with 200, and keeps its path and query string."""

    requests: list[str] = []

    def do_POST(self):
        self.requests.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def backend():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="session")
def gateway(backend):
    options = {
        "--config": Path(__file__).parent.parent / "gateway.yaml",
        "--backend": f"http://127.0.0.1:{backend.server_port}",
        "--port": 0,
        "--claim": "sub=alice",
    }
    arguments = [f"{name}={value}" for name, value in options.items()]
    process = subprocess.Popen([*COMMAND, "--json", *arguments], stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.wait()
