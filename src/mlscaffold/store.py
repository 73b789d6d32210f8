"""Keeps the released templates, unpacked from the bundle in the package, in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import MlscaffoldError
from .git import git

BUNDLE = Path(__file__).with_name("templates.bundle")
URL = "git+mlscaffold://templates"
CACHE_VARIABLE = "MLSCAFFOLD_CACHE_DIR"


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
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("mlscaffold", appauthor=False)


def open_store(bundle: Path = BUNDLE) -> Store:
    """Return the unpacked templates, unpacking them first where this is the first use.

    The folder is named after the bundle's content, so two versions of mlscaffold do not meet in
    it, and it appears by a rename, so two processes may unpack at once.
    """
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()[:16]
    store = Store(cache_directory() / f"templates-{digest}")
    if not store.path.is_dir():
        try:
            unpack(bundle, store.path)
        except OSError as error:
            raise MlscaffoldError(
                f"cannot write to the cache `{store.path.parent}`: {error.strerror or error}",
                f"set {CACHE_VARIABLE} to a folder that you can write to",
            ) from error
    return store


def unpack(bundle: Path, destination: Path) -> None:
    """Unpack `bundle` beside `destination`, then move it there unless somebody else just did."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".unpacking-", dir=destination.parent, ignore_cleanup_errors=True
    ) as temporary:
        staged = Store(Path(temporary) / "store")
        staged.newest.mkdir(parents=True)
        git("clone", "--quiet", "--bare", bundle, staged.repository)
        tag = git("describe", "--tags", "--abbrev=0", cwd=staged.repository)
        checkout = ("-c", "core.autocrlf=false", "checkout", "--quiet", "--force", tag, "--", ".")
        location = (f"--git-dir={staged.repository}", f"--work-tree={staged.newest}")
        git(*location, *checkout, cwd=staged.newest)
        (staged.path / "version").write_text(tag, "utf-8")
        try:
            staged.path.rename(destination)
        except OSError:
            if not destination.is_dir():
                raise


def forget(store: Store) -> None:
    """Remove an unpacked store; the next use unpacks it anew."""
    shutil.rmtree(store.path, ignore_errors=True)
