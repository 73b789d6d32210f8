"""A service that does not start says why, and one that talks a lot is not held up."""

from pathlib import Path

import pytest

from bike_demand import probe
from bike_demand.command import ProjectError

# Listens at the port that is asked for, and says more than fits into a pipe.
TALKER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        print("x" * 1_000_000, file=sys.stderr)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

HTTPServer(("127.0.0.1", int(sys.argv[-1])), Handler).serve_forever()
"""


def test_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no project\.toml"), probe.running(tmp_path):
        pass


def test_service_that_talks_is_not_held_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talker").mkdir()
    (tmp_path / "talker" / "serve.py").write_text(TALKER, encoding="utf-8")
    monkeypatch.setattr(probe, "__package__", "talker")
    with probe.running(tmp_path) as (client, started, _):
        client.request("GET", "/")
        assert client.getresponse().status == 200
    assert 0 < started < probe.PATIENCE
