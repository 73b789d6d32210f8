"""Calls git. Everything that mlscaffold asks of git goes through here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import MlscaffoldError

# A hook or an alias hands these to its children; with them git would work on that repository
# instead of the one it is told. Those about identity, transport and tracing are the person's.
INHERITED = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
)


class GitError(MlscaffoldError):
    """A git command failed."""


@dataclass(frozen=True)
class Identity:
    """Who signs a commit."""

    name: str
    email: str

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Read `Name <email>`."""
        match = re.fullmatch(r"\s*([^<>\n]*[^<>\s])\s*<([^<>\s]+@[^<>\s]+)>\s*", text)
        if not match:
            raise MlscaffoldError(
                f"`{text}` is not an author", "write it as `Ada Lovelace <ada@example.org>`"
            )
        return cls(match[1], match[2])


def forget_inherited_repository() -> None:
    """Drop the repository that a git hook handed down, for this process and its children."""
    for name in INHERITED:
        os.environ.pop(name, None)


def executable() -> str:
    """Return the path of git."""
    path = shutil.which("git")
    if path is None:
        raise MlscaffoldError(
            "git is not installed, or not on PATH",
            "install it from https://git-scm.com/downloads and open a new terminal",
        )
    return path


def git(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Run git and return what it printed, without the line end."""
    result = subprocess.run(
        [executable(), *map(str, arguments)],
        check=False,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        reason = result.stderr.strip() or f"exit code {result.returncode}"
        raise GitError(f"`git {arguments[0]}` failed: {reason}")
    return result.stdout.rstrip("\n")


def known_identity(cwd: Path) -> Identity | None:
    """Return who git would sign a commit in `cwd` as, or None where nobody has told it."""
    try:
        line = git("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT", cwd=cwd)
    except GitError:
        return None
    name, _, rest = line.rpartition(" <")
    return Identity(name, rest.partition(">")[0])


def initialise(directory: Path, identity: Identity | None) -> None:
    """Make `directory` a repository, whose commits `identity` signs where it is given."""
    git("init", "--quiet", "--initial-branch=main", cwd=directory)
    if identity:
        git("config", "user.name", identity.name, cwd=directory)
        git("config", "user.email", identity.email, cwd=directory)


def commit_everything(directory: Path, message: str) -> None:
    """Commit all that git does not ignore, without hooks and signatures that could interfere."""
    git("add", "--all", cwd=directory)
    quiet = ("-c", f"core.hooksPath={os.devnull}", "-c", "commit.gpgSign=false")
    git(*quiet, "commit", "--quiet", "--message", message, cwd=directory)
