"""Looks at the place where a project is to be: whether it may be there, and what is there."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from . import git
from .arrival import clear_away
from .errors import MlscaffoldError
from .staging import PREFIX

# What a hosting service puts into a new repository. It becomes part of the project.
OF_THE_PROJECT = (
    *("README*", "LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "CODEOWNERS", "CONTRIBUTING*"),
    *(".gitignore", ".gitattributes", ".github", ".gitlab-ci.yml", ".editorconfig"),
    ".python-version",
)
# What editors, file managers and Python put into a folder. No commit takes it.
OF_THE_MACHINE = (
    *(".venv", "venv", ".envrc", ".direnv", ".vscode", ".idea", "*.code-workspace", "*.swp"),
    *(".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".directory"),
)
ELSEWHERE = "choose another place"


def check_destination(destination: Path, *, here: bool = False) -> None:
    """Refuse a destination that cannot be made, or that holds anything.

    With `here`, what new repositories and editors bring may be there. What a killed `new` has left
    is cleared away first.
    """
    clear_away(nearest_folder(destination))
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise MlscaffoldError(f"`{destination}` exists and is not a folder", ELSEWHERE)
    if destination.is_dir():
        check_content(destination, here=here)
    parent = nearest_folder(destination.parent)
    for place in destination.parents:
        if (place.is_symlink() or place.exists()) and not place.is_dir():
            raise MlscaffoldError(f"`{place}` is not a folder", ELSEWHERE)
    place = destination if destination.is_dir() else parent
    if not os.access(place, os.W_OK | os.X_OK):
        raise MlscaffoldError(f"`{place}` is read-only", "choose a place that you can write to")


def check_content(folder: Path, *, here: bool) -> None:
    """Refuse a `folder` that holds more than a new project can lie beside."""
    in_the_way = [path.name for path in sorted(folder.iterdir()) if path.name != ".git"]
    if any(name.startswith(PREFIX) for name in in_the_way):
        raise MlscaffoldError(
            f"another `mlscaffold new` is at work in `{folder}`", f"wait for it, or {ELSEWHERE}"
        )
    if here:
        welcome = OF_THE_PROJECT + OF_THE_MACHINE
        in_the_way = [name for name in in_the_way if not matches(name, welcome)]
    if in_the_way:
        listed = ", ".join(f"`{name}`" for name in in_the_way[:3])
        more = f" and {len(in_the_way) - 3} more" if len(in_the_way) > 3 else ""
        hint = (
            ""
            if here
            else (", or an empty folder; `--here`, in a fresh clone, takes README and LICENSE")
        )
        raise MlscaffoldError(
            f"`{folder}` is not empty ({listed}{more}), and nothing in it will be overwritten",
            f"{ELSEWHERE}{hint}",
        )
    if has_repository(folder) and git.git("status", "--porcelain", "-uno", "--", ".", cwd=folder):
        # Files not checked out, too, would be lost by the next commit.
        raise MlscaffoldError(
            f"`{folder}` is not empty: its repository has changes that are not committed",
            f"commit them, or {ELSEWHERE}",
        )


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether `name` is one of those that `patterns` describe."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def has_repository(folder: Path) -> bool:
    """Tell whether `folder` is the top of a work tree."""
    return (folder / ".git").exists()


def nearest_folder(path: Path) -> Path:
    """Return `path`, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.parents) if place.is_dir())


def enclosing_repository(path: Path) -> Path | None:
    """Return the folder of the repository that `path` lies in, if there is one."""
    return next((place for place in path.parents if has_repository(place)), None)
