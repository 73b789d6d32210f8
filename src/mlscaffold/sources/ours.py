"""The templates that come with mlscaffold, of any release."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..git import GitError, git
from ..release import released_tags
from ..render import render
from ..store import URL, Store


@dataclass(frozen=True)
class OurTemplates:
    """The releases in `store`."""

    store: Store
    name: str = "templates"

    def versions(self) -> list[str]:
        """Return the tags of the releases, the oldest first."""
        return released_tags(self.store.repository)

    def newest(self) -> str:
        """Return the tag of the newest release."""
        return self.store.version

    def check_way(self, old: str, new: str) -> None:
        """Accept any way: ours are files and nothing else."""

    def types(self, version: str) -> list[str]:
        """Return the folders of the release `version`, among them one for each project type."""
        location = f"--git-dir={self.store.repository}"
        return git(location, "ls-tree", "-d", "--name-only", version).splitlines()

    def schema(self, version: str, project_type: str) -> dict[str, Any] | None:
        """Return the JSON schema of project.toml in the release `version`; None where it has none.

        Releases before 1.0 have none.
        """
        path = f"{version}:schemas/{project_type}.json"
        try:
            text = git(f"--git-dir={self.store.repository}", "show", path)
        except GitError:
            return None
        schema: dict[str, Any] = json.loads(text)
        return schema

    def render(
        self, version: str, answers: Mapping[str, object], folder: Path, *, update: bool = False
    ) -> None:
        """Render the release `version` into the new `folder`."""
        with self.checkout(version, str(answers["project_type"])) as template:
            render(template, folder, answers, origin(version), update=update)

    @contextmanager
    def checkout(self, version: str, project_type: str) -> Iterator[Path]:
        """Lend a folder with all that projects of `project_type` need of the release `version`."""
        if version == self.store.version:
            yield self.store.newest
            return
        with tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
            folder = Path(temporary) / "template"
            folder.mkdir()
            location = (f"--git-dir={self.store.repository}", f"--work-tree={folder}")
            needed = ("copier.yml", "layers.toml", f"datasets/{project_type}", project_type)
            index = {"GIT_INDEX_FILE": str(Path(temporary) / "index")}
            checkout = ("checkout", "--quiet", "--force", version, "--", *needed)
            git(*location, *checkout, cwd=folder, env=index)
            yield folder


def origin(version: str) -> dict[str, str]:
    """Return what the answers file of a project says about the template."""
    return {"_commit": version, "_src_path": URL}
