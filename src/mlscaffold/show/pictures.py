"""Pictures of a repository as part of a page: the page must stand alone."""

from __future__ import annotations

import base64
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ..check.repository import Repository

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
LARGEST = 2_000_000  # bytes; a page is sent around
IMAGE = re.compile(
    r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)[^)]*\)|<img\b[^>]*\bsrc=\"(?P<src>[^\"]+)\""
)


@dataclass(frozen=True)
class Picture:
    """A picture with what its text says, as a `data:` address."""

    path: str
    alt: str
    address: str


def embed(repository: Repository, path: str) -> str | None:
    """Return a file of the repository as a `data:` address; None where it is no small picture."""
    name = posixpath.normpath(unquote(path))
    kind = TYPES.get(Path(name).suffix.lower())
    if not kind or name not in repository.files:
        return None
    place = repository.root / name
    try:
        if place.stat().st_size > LARGEST:
            repository.skipped[name] = "a picture larger than 2 MB"
            return None
        content = place.read_bytes()
    except OSError as error:
        repository.skipped[name] = error.strerror or "cannot be read"
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else None


def pictures(repository: Repository, most: int = 6) -> list[Picture]:
    """Return the pictures that the README shows, in order."""
    _, lines = repository.readme
    found: list[Picture] = []
    for match in IMAGE.finditer("\n".join(lines)):
        path = match["path"] or match["src"]
        if address := embed(repository, path):
            found.append(Picture(path, match["alt"] or "", address))
    return found[:most]
