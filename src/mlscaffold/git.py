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
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
)


WITHOUT_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


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
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """Run git, and none of the person's hooks; return what it printed, without the line end."""
    result = subprocess.run(
        [executable(), *WITHOUT_HOOKS, *map(str, arguments)],
        check=False,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        reason = result.stderr.strip() or f"exit code {result.returncode}"
        words = (word for word in map(str, arguments) if re.fullmatch(r"[a-z][a-z-]+", word))
        raise GitError(f"`git {next(words)}` failed: {reason}", "mend what git says and try again")
    return result.stdout.rstrip("\n")


def known_identity(repository: Path) -> Identity | None:
    """Return who git signs commits in `repository` as, or None where it would have to guess."""
    try:
        for role in ("COMMITTER", "AUTHOR"):
            line = git("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT", cwd=repository)
    except GitError:
        return None
    name, _, rest = line.rpartition(" <")
    return Identity(name, rest.partition(">")[0])


def has_commits(repository: Path) -> bool:
    """Tell whether anything was committed on the current branch of `repository`."""
    try:
        git("rev-parse", "--verify", "--quiet", "HEAD", cwd=repository)
    except GitError:
        return False
    return True


def forget_index(repository: Path) -> None:
    """Make `repository` forget what was added and not committed."""
    git("read-tree", "--empty", cwd=repository)


def initialise(directory: Path, identity: Identity | None) -> None:
    """Make `directory` a repository, whose commits `identity` signs where it is given."""
    git("init", "--quiet", "--initial-branch=main", cwd=directory)
    if identity:
        git("config", "user.name", identity.name, cwd=directory)
        git("config", "user.email", identity.email, cwd=directory)


def commit_everything(directory: Path, message: str) -> None:
    """Commit all that git does not ignore, without a signature that could interfere."""
    git("-c", "core.safecrlf=false", "add", "--all", cwd=directory)
    git("-c", "commit.gpgSign=false", "commit", "--quiet", "--message", message, cwd=directory)
