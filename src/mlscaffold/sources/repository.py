"""A template of somebody else: where it is, and a copy of its history on this machine."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import MlscaffoldError
from ..git import GitError, git, list_files

SHORTHANDS = {
    "gh:": "https://github.com/{}.git",
    "gl:": "https://gitlab.com/{}.git",
    "bb:": "https://bitbucket.org/{}.git",
}
HOSTS = ("https://github.com/", "https://gitlab.com/", "https://bitbucket.org/")
REMOTE = r"[a-z+]+://|[^/\s]+@[^/\s]+:"
FORMS = "a template is named by a git URL, `gh:OWNER/NAME` or a folder"


@dataclass(frozen=True)
class Manifest:
    """What a version of a template asks for, and what of its own it would run."""

    questions: list[str]
    code: list[str]


@dataclass(frozen=True)
class Repository:
    """The template at `address`."""

    address: str  # as projects remember it
    url: str  # the same for git
    folder: Path  # its history, bare; or, where it has none, the files themselves
    has_history: bool = True

    @property
    def name(self) -> str:
        """What people call it, such as `cookiecutter-data-science`."""
        return re.split(r"[/:]", self.url.rstrip("/").removesuffix(".git").rstrip("/"))[-1]

    @property
    def full_url(self) -> str:
        """The same with a scheme, be it a folder."""
        return self.url if re.match(REMOTE, self.url) else f"file://{self.url}"

    def git(self, *arguments: str | Path) -> str:
        """Ask the history something."""
        return git(f"--git-dir={self.folder}", *arguments)

    def tags(self) -> list[str]:
        """Return its tags, the oldest first."""
        return self.git("tag", "--list", "--sort=creatordate").split() if self.has_history else []

    def branches(self) -> list[str]:
        """Return its branches."""
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def commit(self, ref: str) -> str:
        """Return the hash of the commit that `ref`, a branch, a tag or a hash, stands for."""
        try:
            return self.git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
            )
        except GitError:
            raise MlscaffoldError(
                f"the template `{self.address}` has no version `{ref}`",
                "a version is a tag, a branch or a commit of its repository",
            ) from None

    @contextmanager
    def checkout(self, ref: str) -> Iterator[Path]:
        """Lend a folder with the files of the version `ref`."""
        if not self.has_history:
            yield self.folder
            return
        commit = self.commit(ref)
        with tempfile.TemporaryDirectory(prefix="mlscaffold-", ignore_cleanup_errors=True) as place:
            folder = Path(place).resolve() / self.name
            folder.mkdir()
            index = {"GIT_INDEX_FILE": str(Path(place) / "index")}
            location = (f"--git-dir={self.folder}", f"--work-tree={folder}")
            checkout = ("checkout", "--quiet", "--force", commit, "--", ".")
            git(*location, *checkout, cwd=folder, env=index)
            yield folder

    @contextmanager
    def in_reach(self, **variables: str) -> Iterator[None]:
        """Let git read the copy instead of the original, and set `variables`, for a while.

        So copier and cookiecutter get what was looked at, and nothing is fetched twice.
        """
        settings = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        for name in {self.url, self.full_url, f"git+{self.full_url}"} if self.has_history else ():
            variables[f"GIT_CONFIG_KEY_{settings}"] = f"url.{self.folder.as_posix()}.insteadOf"
            variables[f"GIT_CONFIG_VALUE_{settings}"] = name
            settings += 1
        variables["GIT_CONFIG_COUNT"] = str(settings)
        with changed_environment(variables):
            yield


@contextmanager
def own_temporary_files(folder: Path) -> Iterator[None]:
    """Let this process, and those that it starts, put temporary files into the new `folder`.

    cookiecutter leaves some lying about, and so can the code of a template.
    """
    folder.mkdir()
    with changed_environment({name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}):
        previous, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = previous


@contextmanager
def changed_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set `variables` for a while."""
    previous = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in previous.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def open_repository(address: str) -> Repository:
    """Copy the history of the template at `address`: a git URL, a shorthand or a folder."""
    folder = Path(address).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        if not holds_history(folder):
            return Repository(str(folder), str(folder), folder, has_history=False)
        # copier takes a folder for a repository where it has a work tree.
        remembered = str(folder) if (folder / ".git").exists() else f"git+file://{folder}"
        return Repository(remembered, remembered.removeprefix("git+"), clone(address, str(folder)))
    url, remembered = expand(address), address
    if address.startswith("bb:"):  # copier does not know it
        remembered = url
    return Repository(remembered, url, clone(address, url))


def holds_history(folder: Path) -> bool:
    """Tell whether `folder` is the top of a work tree, or a bare repository."""
    return (folder / ".git").exists() or (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir()
    )


def expand(address: str) -> str:
    """Return the URL that `address` stands for."""
    if address.lower().endswith(".zip"):
        raise MlscaffoldError(
            f"`{address}` is an archive, which says nothing of versions", f"unpack it; {FORMS}"
        )
    for short, pattern in SHORTHANDS.items():
        if address.startswith(short):
            return pattern.format(address.removeprefix(short).strip("/").removesuffix(".git"))
    url = address.removeprefix("git+")
    if url.startswith(HOSTS) and not url.endswith(".git"):
        return f"{url.rstrip('/')}.git"
    if not re.match(REMOTE, url):
        raise MlscaffoldError(f"there is no template `{address}`", FORMS)
    return url


def clone(address: str, url: str) -> Path:
    """Copy branches and tags of `url` into a folder that lasts as long as the program runs."""
    place = tempfile.mkdtemp(prefix="mlscaffold-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = Path(place).resolve() / "template.git"
    try:
        git("clone", "--quiet", "--bare", "--template=", "--", url, folder)
    except GitError as error:
        reason = error.message.partition("failed: ")[2] or error.message
        raise MlscaffoldError(f"cannot fetch the template `{address}`: {reason}", FORMS) from error
    return folder


def drop_by_products(folder: Path) -> None:
    """Remove from a rendered `folder` what the template's code left there that git ignores."""
    if (folder / ".git").exists():
        remove(folder / ".git")
    for path in list_files(folder, "--ignored", "--directory"):
        remove(folder / path)


def remove(path: Path) -> None:
    """Remove `path`, be it a file or a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
