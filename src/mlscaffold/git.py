"""Everything that mlscaffold asks of git, by way of GitPython.

Only this module imports it, and inside functions: `mlscaffold --help` and the remote helper do
without.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

from .errors import MlscaffoldError

TRY_AGAIN = "mend what git says and try again"
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


def executable() -> str:
    """Return the path of git."""
    path = shutil.which("git")
    if path is None:
        raise MlscaffoldError(
            "git is not installed, or not on PATH",
            "install it from https://git-scm.com/downloads and open a new terminal",
        )
    return path


def call(
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    statuses: Sequence[int] = (0,),
) -> bytes:
    """Run a command of git, and none of the person's hooks; return all that it printed.

    GitPython starts it. Its own calls strip a final line end and take every status but 0 for a
    failure, `merge-tree`'s 1 for conflicts, too; hence the process is asked for.
    """
    path = executable()  # GitPython's import fails without git, in words of its own
    from git import Git

    folder = cwd or Path.cwd()
    os.scandir(folder).close()  # where GitPython cannot enter a folder, it would stay in this one
    process: Any = Git(folder).execute(
        [path, *WITHOUT_HOOKS, *map(str, arguments)],
        istream=PIPE,
        as_process=True,
        env=dict(env or {}),
    )
    output, complaint = process.communicate(stdin)
    if process.returncode not in statuses:
        reason = complaint.decode(errors="replace").strip() or f"exit code {process.returncode}"
        words = (word for word in map(str, arguments) if re.fullmatch(r"[a-z][a-z-]+", word))
        raise GitError(f"`git {next(words)}` failed: {reason}", TRY_AGAIN)
    return bytes(output)


def git(
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """Run a command of git and return the text that it printed, without the line end."""
    output = call(*arguments, cwd=cwd, env=env, stdin=os.fsencode(stdin))
    return os.fsdecode(output).rstrip("\n")


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
    from git import Repo
    from git.exc import InvalidGitRepositoryError

    try:
        with Repo(repository) as opened:
            return opened.head.is_valid()
    except InvalidGitRepositoryError:
        return False


def initialise(directory: Path, identity: Identity | None) -> None:
    """Make `directory` a repository, whose commits `identity` signs where it is given."""
    branch = git("config", "--default", "main", "--get", "init.defaultBranch", cwd=directory)
    git("init", "--quiet", f"--initial-branch={branch}", cwd=directory)
    if identity:
        git("config", "user.name", identity.name, cwd=directory)
        git("config", "user.email", identity.email, cwd=directory)


def commit_everything(directory: Path, message: str) -> None:
    """Commit all that the project does not ignore, without a signature that could interfere.

    What the person ignores everywhere else does not count: it could be a file of the templates.
    """
    plainly = ("-c", "core.safecrlf=false", "-c", f"core.excludesFile={os.devnull}")
    git(*plainly, "add", "--all", cwd=directory)
    git("-c", "commit.gpgSign=false", "commit", "--quiet", "--message", message, cwd=directory)


def commit_files(directory: Path, files: Sequence[str], message: str) -> None:
    """Commit the new `files`, ignored or not, and nothing else that is there or was added."""
    index = directory / git("rev-parse", "--git-path", "index", cwd=directory)
    before = index.read_bytes() if index.exists() else None
    plainly = ("-c", "core.safecrlf=false", "-c", "commit.gpgSign=false", "--literal-pathspecs")
    which = ("--pathspec-from-file=-", "--pathspec-file-nul")
    names = "\0".join(files)
    try:
        git(*plainly, "add", "--force", *which, cwd=directory, stdin=names)
        what = ("commit", "--quiet", "--only", "--message", message)
        git(*plainly, *what, *which, cwd=directory, stdin=names)
    except BaseException:
        index.write_bytes(before) if before is not None else index.unlink(missing_ok=True)
        raise


def list_files(folder: Path, *options: str) -> list[str]:
    """Return the files below `folder`, no repository, that its own .gitignore does not name.

    `options` of `git ls-files` ask for others, such as `--ignored` for those that it names.
    """
    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
        repository = Path(temporary) / "empty.git"
        git("init", "--quiet", "--bare", "--template=", repository)
        location = (f"--git-dir={repository}", f"--work-tree={folder}")
        only_its_own = ("-c", f"core.excludesFile={os.devnull}", "-c", "core.bare=false")
        which = ("ls-files", "--others", "--exclude-standard", "-z", *options)
        listing = git(*location, *only_its_own, *which, cwd=folder)
        return [name for name in listing.split("\0") if name]


def ignored(repository: Path, names: Sequence[str]) -> set[str]:
    """Return which of `names`, folders with a slash at the end, `repository` ignores."""
    found = call(
        *("check-ignore", "-z", "--no-index", "--stdin"),
        cwd=repository,
        stdin=os.fsencode("\0".join(names)),
        statuses=(0, 1),
    )
    return set(os.fsdecode(found).split("\0"))


def exclude(repository: Path, patterns: Sequence[str]) -> None:
    """Let `repository` ignore what `patterns` describe, in this copy of it and no other."""
    path = repository / git("rev-parse", "--git-path", "info/exclude", cwd=repository)
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{pattern}\n" for pattern in patterns)
