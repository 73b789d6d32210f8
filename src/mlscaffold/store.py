"""Keeps the released templates, unpacked from the bundle in the package, in the user's cache."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import MlscaffoldError
from .git import GitError, git

BUNDLE = Path(__file__).with_name("templates.bundle")
URL = "git+mlscaffold://templates"
CACHE_VARIABLE = "MLSCAFFOLD_CACHE_DIR"
LISTING = "listing"


@dataclass(frozen=True)
class Store:
    """The released templates on this machine: their history and a checkout of the newest one."""

    path: Path

    @property
    def repository(self) -> Path:
        """The bare repository that holds every release as a tag."""
        return self.path / "repository.git"

    @property
    def newest(self) -> Path:
        """The newest release, checked out: a copier template."""
        return self.path / "newest"

    @property
    def version(self) -> str:
        """The tag of the newest release, such as `v1.2.0`."""
        return (self.path / "version").read_text("utf-8")


def cache_directory() -> Path:
    """Return where unpacked templates are kept."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("mlscaffold", appauthor=False)


def open_store(bundle: Path | None = None) -> Store:
    """Return the unpacked templates, unpacking them first where this is the first use.

    The folder is named after the bundle's content, so two versions of mlscaffold do not meet in
    it, and it appears by a rename, so two processes may unpack at once. Where something cleaned
    part of it away, it is unpacked anew. `bundle` is that of the package by default.
    """
    bundle = bundle or BUNDLE
    reinstall = "install `mlscaffold-cli` again"
    try:
        digest = hashlib.sha256(bundle.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise MlscaffoldError(
            f"cannot read the templates `{bundle}`: {error.strerror or error}", reinstall
        ) from error
    store = Store(cache_directory() / f"templates-{digest}")
    writable = f"set {CACHE_VARIABLE} to a folder that you can write to"
    try:
        if not is_whole(store):
            unpack(bundle, store)
    except OSError as error:
        raise MlscaffoldError(
            f"cannot write to the cache `{store.path.parent}`: {error.strerror or error}", writable
        ) from error
    except GitError as error:
        raise MlscaffoldError(
            f"cannot unpack the templates into the cache `{store.path.parent}`: {error.message}",
            f"{writable}, and if that does not help, {reinstall}",
        ) from error
    return store


def is_whole(store: Store) -> bool:
    """Tell whether `store` still holds all that was unpacked into it, going by names and sizes."""
    try:
        lines = (store.path / LISTING).read_text("utf-8").split("\n")
        sizes = (line.split(" ", 1) for line in lines)
        return (store.repository / "refs").is_dir() and all(
            (store.path / path).stat().st_size == int(size) for size, path in sizes
        )
    except (OSError, ValueError):
        return False


def listing(store: Store) -> str:
    """Return size and path of every file in `store`, one a line."""
    paths = (path for path in sorted(store.path.rglob("*")) if path.is_file())
    return "\n".join(f"{p.stat().st_size} {p.relative_to(store.path).as_posix()}" for p in paths)


def unpack(bundle: Path, store: Store) -> None:
    """Unpack `bundle` beside `store`, then move it there unless somebody else just did."""
    store.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".unpacking-", dir=store.path.parent, ignore_cleanup_errors=True
    ) as temporary:
        staged = Store(Path(temporary) / "store")
        staged.newest.mkdir(parents=True)
        clone = ("clone", "--quiet", "--bare", "--template=", bundle, staged.repository)
        git(*clone, env={"GIT_ALLOW_PROTOCOL": "file"})  # a setting may forbid it elsewhere
        keep_bytes(staged.repository)
        location = (f"--git-dir={staged.repository}", f"--work-tree={staged.newest}")
        tag = git(*location, "describe", "--tags", "--abbrev=0")
        checkout = ("checkout", "--quiet", "--force", tag, "--", ".")
        index = {"GIT_INDEX_FILE": str(Path(temporary) / "index")}
        git(*location, *checkout, cwd=staged.newest, env=index)
        (staged.path / "version").write_text(tag, "utf-8")
        (staged.path / LISTING).write_text(listing(staged), "utf-8")
        if not is_whole(store):
            if store.path.exists():
                store.path.rename(Path(temporary) / "damaged")
            move(staged, store)


def keep_bytes(repository: Path) -> None:
    """Make `repository` take and give files as they are.

    Neither the machine's settings nor a `.gitattributes` among the templates may change them.
    """
    (repository / "info").mkdir(exist_ok=True)
    attributes = "* -text -ident -filter !working-tree-encoding\n"
    (repository / "info" / "attributes").write_text(attributes, "utf-8")


def move(staged: Store, store: Store) -> None:
    """Move `staged` to `store`; where another process was quicker, its copy stays."""
    try:
        staged.path.rename(store.path)
    except OSError:
        if not is_whole(store):
            raise
