"""A project on disk: where it is, what it says it was made from, whether it may be changed now."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from .errors import MlscaffoldError
from .git import GitError, git
from .index import find_hidden_edits
from .sources import Record

ANSWERS_FILE = ".copier-answers.yml"
RESTORE = f"`git checkout HEAD -- {ANSWERS_FILE}` brings the committed one back"
TRACK = 'git init && git add --all && git commit -m "Start"'
UNFINISHED = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
}


@dataclass(frozen=True)
class Project:
    """A project in the folder `path` of the work tree `top`."""

    path: Path
    top: Path

    @property
    def prefix(self) -> str:
        """What the path of a file in the work tree begins with if the project has it."""
        inside = self.path.relative_to(self.top).as_posix()
        return "" if inside == "." else f"{inside}/"

    def inside(self, path: str) -> Path:
        """Return, by its path in the project, the file that is at `path` of the work tree."""
        return Path(path.removeprefix(self.prefix))


def open_project(path: Path) -> Project:
    """Return the project that `path` lies in, tracked by git."""
    folder = find_project(path)
    return Project(folder, work_tree(folder))


def find_project(path: Path) -> Path:
    """Return the folder of the project that `path` lies in."""
    start = path.resolve()
    if not start.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a project")
    places = (start, *start.parents)
    for place in places:
        if find_records(place):
            return place
    for place in places:
        if is_committed(place / ANSWERS_FILE):
            raise MlscaffoldError(
                f"`{place / ANSWERS_FILE}` was deleted", f"in `{place}`, {RESTORE}"
            )
    raise MlscaffoldError(
        f"`{start}` is not in an mlscaffold project",
        f"go into the folder of one, or make one with `mlscaffold new`: they have a file"
        f" `{ANSWERS_FILE}`",
    )


def is_committed(path: Path) -> bool:
    """Tell whether the newest commit holds a file at `path`."""
    try:
        git("cat-file", "-e", f"HEAD:./{path.name}", cwd=path.parent)
    except GitError:
        return False
    return True


def find_records(folder: Path) -> list[str]:
    """Return the names of the files in `folder` that say what it was made from, the usual first.

    One that is damaged counts where it has the usual name.
    """
    from .sources import opening

    usual = [ANSWERS_FILE] if (folder / ANSWERS_FILE).is_file() else []
    return usual + [name for name in opening.find_records(folder) if name not in usual]


def read_record(project: Path, *, trust: bool = False) -> Record:
    """Return what `project` says it was made from; code of its template runs only with `trust`."""
    from .sources import opening

    return opening.read_record(project, find_records(project)[0], trust=trust)


def find_top(path: Path) -> Path:
    """Return the top of the git work tree that the folder `path` lies in."""
    if not path.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a project")
    try:
        return Path(git("rev-parse", "--show-toplevel", cwd=path))
    except GitError:
        if any((place / ".git").exists() for place in (path, *path.parents)):
            raise
        raise MlscaffoldError(f"`{path}` is not in a git repository", f"`{TRACK}`") from None


def work_tree(project: Path) -> Path:
    """Return the top of the git work tree that holds `project`, which is that or a folder in it."""
    top = find_top(project)
    if not git("ls-files", "--", find_records(project)[0], cwd=project):
        raise MlscaffoldError(
            f"`{project}` is not committed: the repository `{top}` leaves it out",
            f"`{TRACK}` in it",
        )
    return top


def check_settled(project: Project) -> None:
    """Refuse a `project` with uncommitted changes, or amidst a merge: an update is a merge, too."""
    names = [word for name in UNFINISHED for word in ("--git-path", name)]
    paths = git("rev-parse", *names, cwd=project.path).splitlines()
    for path, verb in zip(paths, UNFINISHED.values(), strict=True):
        if (project.path / path).exists():
            raise MlscaffoldError(
                f"a {verb} is under way in `{project.path}`",
                f"finish it (`git {verb} --continue`) or give it up (`git {verb} --abort`)",
            )
    options = ("--porcelain", "--untracked-files=normal")  # whatever the person's default is
    if git("--no-optional-locks", "status", *options, "--", ".", cwd=project.path):
        raise MlscaffoldError(
            f"`{project.path}` has changes that are not committed",
            "commit them (`git add --all && git commit`) or put them aside (`git stash -u`):\n"
            "      so that what is changed now can be told from what you changed",
        )
    if hidden := find_hidden_edits(project.path):
        first = shlex.quote(hidden[0])
        raise MlscaffoldError(
            f"`{project.path / hidden[0]}` has changes that git was told to overlook",
            f"`git update-index --no-assume-unchanged {first}` and `git update-index"
            f" --no-skip-worktree {first}`\n      let git see them; then commit them, or put them"
            " aside (`git stash`)",
        )
