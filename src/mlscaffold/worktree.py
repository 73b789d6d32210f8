"""A second work tree of a project's repository, and the way back from it: all changes or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import MlscaffoldError
from .git import GitError, git
from .interrupts import uninterrupted


@contextmanager
def second_work_tree(top: Path, inside: Path, copy: Path) -> Iterator[Path]:
    """Lend `copy`, another work tree of the repository at `top`, with the folder `inside` only."""
    attributes = (".gitattributes", ".gitignore")
    paths = [inside, *(place / name for place in inside.parents for name in attributes)]
    add = ("worktree", "add", "--quiet", "--detach", "--no-checkout")
    quietly, large_files = ("-c", "core.fsmonitor=false"), {"GIT_LFS_SKIP_SMUDGE": "1"}
    try:
        git(*quietly, *add, copy, "HEAD", cwd=top)
        git("--literal-pathspecs", "reset", "--quiet", "--", *paths, cwd=copy)
        git(*quietly, "checkout-index", "--quiet", "--all", "--index", cwd=copy, env=large_files)
        yield copy
    finally:
        with uninterrupted(), suppress(GitError):
            git("worktree", "remove", "--force", "--force", copy, cwd=top)


@dataclass(frozen=True)
class Change:
    """A file that an update changed, by its path in the work tree, with its two status letters."""

    status: str
    path: str

    @property
    def is_new(self) -> bool:
        """Tell whether git did not know the file before."""
        return self.status in {"??", "!!"}

    @property
    def is_in_index(self) -> bool:
        """Tell whether git's index tells of the change."""
        return self.status[0] not in " ?!"


def list_changes(copy: Path, inside: Path) -> list[Change]:
    """Return what changed in the folder `inside` of `copy`, what vanished first."""
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored")
    listing = git("status", *options, "--", inside, cwd=copy)
    changes = [Change(line[:2], line[3:]) for line in listing.split("\0") if line]
    return sorted(changes, key=lambda change: (os.path.lexists(copy / change.path), change.path))


def check_way(changes: Sequence[Change], copy: Path, top: Path) -> None:
    """Refuse to overwrite what git does not know: it could not bring it back."""
    for change in changes:
        place = top / change.path
        if change.is_new and os.path.lexists(place) and not same_file(place, copy / change.path):
            raise MlscaffoldError(
                f"the new templates bring `{place}`, where you have a file that git ignores",
                "move yours away, update, then compare the two",
            )


def same_file(one: Path, other: Path) -> bool:
    """Tell whether both are files with the same content."""
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def replace(changes: Sequence[Change], copy: Path, top: Path) -> None:
    """Make all that changed in `copy` change in `top`, or none of it."""
    done: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as kept:
        try:
            for change in changes:
                place(change.path, top, Path(kept))
                done.append(change.path)
                place(change.path, copy, top)
            copy_index([change.path for change in changes if change.is_in_index], copy, top)
        except BaseException:
            for path in reversed(done):
                place(path, Path(kept), top)
            raise


def place(path: str, source: Path, target: Path) -> None:
    """Make `path` in `target` what it is in `source`: a file, a link, or nothing."""
    old, new = target / path, source / path
    if os.path.lexists(old):
        old.unlink()
    if os.path.lexists(new):
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(new, old, follow_symlinks=False)
    else:
        with suppress(OSError):  # a folder that holds something stays
            for folder in list(Path(path).parents)[:-1]:
                (target / folder).rmdir()


def copy_index(paths: Sequence[str], copy: Path, top: Path) -> None:
    """Make the index of `top` say of `paths` what that of `copy` says, such as a conflict."""
    if not paths:
        return
    entries = git("--literal-pathspecs", "ls-files", "--stage", "-z", "--", *paths, cwd=copy)
    nothing = "0" * len(entries.split(" ")[1])
    cleared = "".join(f"0 {nothing}\t{path}\0" for path in paths)
    git("update-index", "-z", "--index-info", cwd=top, stdin=cleared + entries)
