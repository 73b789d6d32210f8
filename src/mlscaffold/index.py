"""git's index of a work tree: conflicts marked and taken back in one instant.

git writes the index by way of a lock, and a git that is killed leaves the lock behind, which stops
every later one. So git works on a copy, and that takes the place of the index.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from .git import GitError, git
from .trees import Entry


def mark_conflicts(top: Path, folder: Path, conflicts: Mapping[str, Mapping[int, Entry]]) -> None:
    """Make the index tell of `conflicts`, as after a merge of git's own."""
    lines = []
    for path, stages in conflicts.items():
        width = len(next(iter(stages.values())).blob)
        lines.append(f"0 {'0' * width}\t{path}\0")
        lines += [f"{each.mode} {each.blob} {stage}\t{path}\0" for stage, each in stages.items()]
    rewrite(top, folder, ("update-index", "-z", "--index-info"), "".join(lines))


def forget_changes(top: Path, folder: Path, paths: Collection[str]) -> None:
    """Make the index say of `paths` what the newest commit says."""
    remove_own_lock(top, folder)
    compare = ("diff-index", "--cached", "--ita-visible-in-index", "--name-only", "-z", "HEAD")
    if not set(git(*compare, cwd=top).split("\0")).intersection(paths):
        return  # it says so already: another git that is at work does not matter
    command = ("reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul")
    rewrite(top, folder, ("--literal-pathspecs", *command), "".join(f"{path}\0" for path in paths))


def find_unmerged(top: Path) -> set[str]:
    """Return the paths that the index has several versions of."""
    listing = git("ls-files", "--unmerged", "-z", cwd=top).split("\0")
    return {line.partition("\t")[2] for line in listing if line}


def find_hidden_edits(folder: Path) -> list[str]:
    """Return the changed files that git was told to take for unchanged, by their paths in `folder`.

    The newest commit does not have these edits, and `git status` does not tell of them.
    """
    listing = git("ls-files", "-v", "-z", "--", ".", cwd=folder).split("\0")
    marked = [line[2:] for line in listing if line[:1] == "S" or line[:1].islower()]
    present = "".join(f"{name}\0" for name in marked if os.path.lexists(folder / name))
    if not present:
        return []
    index = folder / git("rev-parse", "--git-path", "index", cwd=folder)
    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
        copy = Path(temporary) / "index"
        shutil.copy2(index, copy)
        env = {"GIT_INDEX_FILE": str(copy)}
        plainly = ("-c", "core.ignoreStat=false")
        for flag in ("--no-assume-unchanged", "--no-skip-worktree"):
            command = (*plainly, "update-index", flag, "-z", "--stdin")
            git(*command, cwd=folder, env=env, stdin=present)
        names = ("diff", "--no-ext-diff", "--name-only", "-z", "--relative")
        changed = git(*plainly, *names, cwd=folder, env=env).split("\0")
    return [name for name in changed if name]


def remove_own_lock(top: Path, folder: Path) -> tuple[Path, Path, Path]:
    """Remove the lock that a run left which was killed right before its last step.

    It is the very copy that it worked on. Return the paths of the index, the copy and the lock.
    """
    index = top / git("rev-parse", "--git-path", "index", cwd=top)
    copy, lock = folder / "index.copy", index.with_name("index.lock")
    if copy.exists() and lock.exists() and copy.samefile(lock):
        lock.unlink()
    return index, copy, lock


def rewrite(top: Path, folder: Path, command: tuple[str, ...], stdin: str) -> None:
    """Run a command of git that changes the index; the copy for it lies in `folder`."""
    index, copy, lock = remove_own_lock(top, folder)
    copy.unlink(missing_ok=True)
    shutil.copy2(index, copy)
    git(*command, cwd=top, env={"GIT_INDEX_FILE": str(copy)}, stdin=stdin)
    try:
        os.link(copy, lock)
    except FileExistsError as error:
        raise GitError(
            f"another git is at work in `{top}`",
            f"wait until it is done; if there is none, remove `{lock}`",
        ) from error
    except OSError:  # a disk that knows no links
        copy.replace(index)
    else:
        lock.replace(index)
