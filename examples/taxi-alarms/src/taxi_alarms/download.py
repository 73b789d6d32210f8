"""Downloads a file once: resumed where it broke off, in place only when its checksum is right."""

from __future__ import annotations

import logging
import time
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pooch
import requests

from .command import ProjectError, say

TIMEOUT = (10, 30)  # seconds to connect, and between two parts of the answer
ATTEMPTS, PAUSE = 3, 2
CHUNK = 1 << 18


def download(url: str, sha256: str, path: Path) -> None:
    """Put the file at `url` to `path`; refuse one with another checksum, here or there."""
    known = f"sha256:{sha256}" if sha256 else None
    if path.exists():
        if known and pooch.file_hash(str(path)) != sha256:
            raise ProjectError(
                f"{path} is not the file that project.toml declares (its SHA-256 differs)",
                "delete it to download it again, or change data.sha256 if you mean to use it",
            )
        return
    pooch.get_logger().setLevel(logging.WARNING)
    say(f"downloading {url}")
    try:
        pooch.retrieve(url, known, path.name, path.parent, downloader=partial(resume, path))
    except requests.HTTPError as error:  # its text: "404 Client Error: Not Found for url: ..."
        raise failed(path, f"the server answered {error}") from None
    except requests.Timeout:
        raise failed(path, f"the server does not answer: {url}") from None
    except requests.RequestException as error:
        kind = type(error).__name__
        raise failed(path, f"no connection, or it broke off ({kind}): {url}") from None
    except ValueError:  # what pooch raises for a wrong checksum
        raise failed(path, f"{url} is not the declared file (its SHA-256 differs)") from None


def failed(path: Path, reason: str) -> ProjectError:
    """Return the error with what helps in every case."""
    return ProjectError(reason, f"try again later, or put the file by hand to {path}")


def resume(path: Path, url: str, output: str, _: Any) -> None:
    """Download `url` to `output`, going on with what an interrupted download of `path` left.

    The part is claimed by renaming it, which only one process can: two at once never mix.
    """
    left = path.with_name(f".{path.name}.part")
    mine = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        left.replace(mine)
    except FileNotFoundError:
        mine.touch()
    try:
        receive_patiently(url, mine)
    except BaseException:
        mine.replace(left)  # also after Ctrl-C: the next attempt goes on from here
        raise
    mine.replace(output)


def receive_patiently(url: str, part: Path) -> None:
    """Download to the end; what breaks off is taken up again, what is refused is not."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            receive(url, part)
        except requests.RequestException as error:
            if attempt == ATTEMPTS or isinstance(error, requests.HTTPError):
                raise
        else:
            return
        say(f"  broke off after {part.stat().st_size:,} bytes, trying again")
        time.sleep(PAUSE * attempt)


def receive(url: str, part: Path) -> None:
    """Append to `part` what it lacks; start afresh where the server cannot resume."""
    have = part.stat().st_size
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing is lacking; the checksum decides
        answer.raise_for_status()
        resumed = answer.status_code == requests.codes.partial_content
        have = have if resumed else 0
        total = have + int(answer.headers.get("Content-Length", 0))
        with part.open("ab" if resumed else "wb") as file:
            for chunk in answer.iter_content(CHUNK):
                file.write(chunk)
                have += len(chunk)
                show_progress(have, total)
    if have < total:
        raise requests.ConnectionError(f"{total - have} bytes are missing")


def show_progress(have: int, total: int) -> None:
    """Tell how far the download is, at most once per five percent."""
    step = max(total // 20, CHUNK)
    if have >= total or have // step != (have - CHUNK) // step:
        say(f"  {have / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"  {have / 1e6:.1f} MB")
