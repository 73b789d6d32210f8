"""The download against a server on this machine that can be slow, wrong, or break off."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bank_calls import download as module
from bank_calls.command import ProjectError
from bank_calls.download import download

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """A server that answers as its fields say, and remembers what it was asked."""

    content = CONTENT
    break_off_after: list[int]  # for each of the first answers: how many bytes are sent
    ranges: list[str | None]


class Handler(BaseHTTPRequestHandler):
    """Serves one file, in ranges, and breaks off where the server says so."""

    server: Server

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers["Range"])
        if self.path == "/hanging.csv":
            return self.hang()
        if self.path != "/file.csv":
            return self.send_error(404)
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = self.server.break_off_after.pop(0) if self.server.break_off_after else len(body)
        self.wfile.write(body[:sent])
        return None

    def hang(self) -> None:
        """Answer nothing until the client is gone."""
        self.connection.settimeout(5)
        self.rfile.read(1)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a running server; waiting times are cut short."""
    monkeypatch.setattr(module, "TIMEOUT", (1, 0.3))
    monkeypatch.setattr(module, "PAUSE", 0)
    server = Server(("127.0.0.1", 0), Handler)
    server.break_off_after, server.ranges = [], []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url(server: Server, name: str = "file.csv") -> str:
    """Return an address on the server."""
    return f"http://127.0.0.1:{server.server_port}/{name}"


def test_the_file_arrives_once(server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        download(url(server), SHA256, tmp_path / "file.csv")
    assert (tmp_path / "file.csv").read_bytes() == CONTENT
    assert len(server.ranges) == 1


def test_what_breaks_off_is_resumed_and_not_begun_again(server: Server, tmp_path: Path) -> None:
    server.break_off_after = [300_000]
    download(url(server), SHA256, tmp_path / "file.csv")
    assert (tmp_path / "file.csv").read_bytes() == CONTENT
    assert server.ranges[0] is None
    assert all(asked not in {None, "bytes=0-"} for asked in server.ranges[1:])


def test_a_later_run_goes_on_from_what_a_failed_one_left(server: Server, tmp_path: Path) -> None:
    server.break_off_after = [300_000, 0, 0]
    with pytest.raises(ProjectError, match="broke off"):
        download(url(server), SHA256, tmp_path / "file.csv")
    assert not (tmp_path / "file.csv").exists()
    download(url(server), SHA256, tmp_path / "file.csv")
    assert server.ranges[-1] not in {None, "bytes=0-"}
    assert (tmp_path / "file.csv").read_bytes() == CONTENT


def test_an_altered_file_on_the_server_is_refused_and_nothing_stays(
    server: Server, tmp_path: Path
) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(ProjectError, match="SHA-256 differs"):
        download(url(server), SHA256, tmp_path / "file.csv")
    assert not list(tmp_path.iterdir())


def test_an_altered_file_on_disk_is_refused_and_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_bytes(b"mine")
    with pytest.raises(ProjectError, match="SHA-256 differs"):
        download(url(server), SHA256, tmp_path / "file.csv")
    assert (tmp_path / "file.csv").read_bytes() == b"mine"
    assert not server.ranges


@pytest.mark.parametrize(
    ("name", "said"), [("absent.csv", "404"), ("hanging.csv", "does not answer")]
)
def test_a_failure_says_why_and_where_to_put_the_file_by_hand(
    server: Server, tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(ProjectError, match=said) as error:
        download(url(server, name), SHA256, tmp_path / "file.csv")
    assert str(tmp_path / "file.csv") in error.value.hint


def test_no_network_is_one_clear_error(server: Server, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(ProjectError, match="no connection"):
            download(
                f"http://127.0.0.1:{free.getsockname()[1]}/file.csv", SHA256, tmp_path / "file.csv"
            )


def test_two_downloads_at_once_both_end_well(server: Server, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(download, url(server), SHA256, tmp_path / "file.csv") for _ in range(2)]
        for job in jobs:
            job.result()
    assert (tmp_path / "file.csv").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]
