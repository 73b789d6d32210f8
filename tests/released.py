"""Projects as the releases made them: what is updated in tests of the templates themselves."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from conftest import committed

from mlscaffold.catalog import read_manifest
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record
from mlscaffold.render import render
from mlscaffold.store import BUNDLE, URL


@cache
def all_types() -> dict[str, list[str]]:
    """Return the project types of each release: each has a folder in what the release composed."""
    types = read_manifest(TEMPLATES)[1]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        git("clone", "--quiet", "--bare", BUNDLE, folder)
        for tag in read_record(RELEASES):
            folders = git("ls-tree", "-d", "--name-only", tag, cwd=Path(folder)).split()
            found[tag] = [name for name in folders if name in types]
    return found


def released_types(tag: str) -> list[str]:
    return all_types()[tag]


PAIRS = [(tag, kind) for tag in read_record(RELEASES) for kind in released_types(tag)]


class Releases:
    """The releases, checked out; what they make is made once and copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def template(self, tag: str) -> Path:
        """Return the template of the release `tag`."""
        place = self.folder / tag
        if not place.exists():
            git("clone", "--quiet", "--branch", tag, BUNDLE, place)
        return place

    def make(self, tag: str, project_type: str, folder: Path) -> Path:
        """Create the project that the release `tag` made, committed, in `folder`."""
        made = self.folder / f"{tag}-{project_type}" / "my-study"
        if not made.exists():
            made.parent.mkdir()
            template = self.template(tag)
            default = read_manifest(template)[1][project_type].default_dataset
            answers = {"project_type": project_type, "dataset": default, "project_name": "my-study"}
            render(template, made, answers, {"_commit": tag, "_src_path": URL})
            committed(made)
        folder.mkdir(exist_ok=True)
        return Path(shutil.copytree(made, folder / made.name, symlinks=True))
