"""Templates of copier."""

from __future__ import annotations

import contextvars
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import MlscaffoldError
from .repository import Manifest, Repository, drop_by_products, own_temporary_files

if TYPE_CHECKING:
    from copier._main import Worker

MANIFESTS = ("copier.yml", "copier.yaml")


@dataclass(frozen=True)
class CopierTemplate:
    """The copier template in `repository`, whose projects keep their answers in `answers_file`."""

    repository: Repository
    trust: bool = False
    answers_file: str | None = None  # that of the template
    read: dict[str, Manifest] = field(default_factory=dict, init=False, compare=False)

    kind = "copier"

    @property
    def name(self) -> str:
        """What messages and labels call it."""
        return self.repository.name

    def versions(self) -> list[str]:
        """Return its releases: the tags that are versions, the oldest first."""
        from packaging.version import Version

        return sorted(filter(is_release, self.repository.tags()), key=Version)

    def newest(self) -> str:
        """Return its newest release; where it has none, what it is now."""
        releases = self.versions()
        if releases or not self.repository.has_history:
            return releases[-1] if releases else ""
        return self.repository.git("describe", "--tags", "--always", "HEAD")

    def questions(self, version: str) -> list[str]:
        """Return the names of what it asks for."""
        return self.manifest(version).questions

    def code(self, version: str) -> list[str]:
        """Return what of its own it would run."""
        return self.manifest(version).code

    def manifest(self, version: str) -> Manifest:
        """Return what the manifest of `version` says; copier reads it once."""
        if version not in self.read:
            from copier._template import Template  # the public one holds it, but runs all

            with self.repository.checkout(version) as folder, complaints():
                self.read[version] = manifest_of(Template(url=str(folder)))
        return self.read[version]

    def check_trust(self, version: str) -> None:
        """Refuse to run code of people who are not trusted."""
        if not self.trust and (code := self.code(version)):
            raise untrusted(self.repository.address, code)

    def check_way(self, old: str, new: str) -> None:
        """Refuse a way from `old` to `new` that takes more than a merge."""
        from copier._template import Template

        for each in (old, new):
            self.repository.commit(each)  # copier's own complaint would be about answers
        with complaints(), self.repository.in_reach():
            before, after = (Template(url=self.repository.address, ref=ref) for ref in (old, new))
            try:
                steps = [*after.migration_tasks("before", before)]
                steps += after.migration_tasks("after", before)
            finally:
                before._cleanup()
                after._cleanup()
        if steps:
            raise MlscaffoldError(
                f"{self.name} {new} changes projects by commands of its own (migrations)",
                "`copier update --trust` runs them",
            )

    def create(
        self, version: str, given: Mapping[str, object], folder: Path, *, ask: bool = False
    ) -> str:
        """Make a project in the new `folder`; with `ask`, copier asks for what is not `given`.

        Return the name that it has.
        """
        self.check_trust(version)
        self.run(version, folder, data=dict(given), defaults=not ask)
        return folder.name

    def render(
        self, version: str, answers: Mapping[str, object], folder: Path, *, update: bool = False
    ) -> None:
        """Render `version` with the recorded `answers` into the new `folder`."""
        self.check_trust(version)
        folder.mkdir()
        record = folder / (self.answers_file or ".copier-answers.yml")
        record.parent.mkdir(parents=True, exist_ok=True)
        # Answers from there, unlike those that are given, copier drops where they fit no more.
        record.write_text(yaml.safe_dump(dict(answers), allow_unicode=True), "utf-8")
        worker = self.run(version, folder, defaults=True, update=update)
        if update:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and worker.match_skip(path.relative_to(folder)):
                    path.unlink()
        drop_by_products(folder)

    def run(
        self,
        version: str,
        folder: Path,
        data: Mapping[str, Any] | None = None,
        *,
        defaults: bool,
        update: bool = False,
    ) -> Worker:
        """Let copier render `version` into `folder`, with nothing of the person's settings."""
        from copier import Settings, run_copy
        from copier._main import _operation
        from plumbum import local

        def work() -> Worker:
            if update:
                _operation.set("update")  # as `copier update` does for what it renders
            return run_copy(
                self.repository.address,
                folder,
                dict(data or {}),
                answers_file=self.answers_file,
                vcs_ref=version or None,
                settings=Settings(),
                defaults=defaults,
                overwrite=True,
                quiet=True,
                unsafe=self.trust,
            )

        with (
            tempfile.TemporaryDirectory(
                prefix="mlscaffold-", ignore_cleanup_errors=True
            ) as scratch,
            self.repository.in_reach(COPIER_CACHE_DIR=f"{scratch}/cache"),
            own_temporary_files(Path(scratch) / "temporary"),
            local.env(**os.environ),  # plumbum looked at it when it was imported, perhaps earlier
            complaints(),
        ):
            return contextvars.copy_context().run(work)


def manifest_of(template: Any) -> Manifest:
    """Return what copier reads from a manifest."""
    migrations = template._raw_config.get("_migrations", [])
    code = [
        *(f"the Jinja extension {each}" for each in template.jinja_extensions),
        *(f"the command {shown(task.cmd)}" for task in template.tasks),
        *(f"in an update, {shown(each)}" for each in migrations),
    ]
    return Manifest(list(template.questions_data), code)


def is_release(tag: str) -> bool:
    """Tell whether copier takes `tag` for a release."""
    from packaging.version import InvalidVersion, Version

    try:
        return not Version(tag).is_prerelease
    except InvalidVersion:
        return False


def shown(command: object) -> str:
    """Return `command`, of a task or a migration, as a person reads it."""
    if isinstance(command, dict):
        words = command.get("command") or [command.get("before"), command.get("after")]
        return shown(words)
    words = " ".join(map(str, command)) if isinstance(command, list) else str(command)
    return f"`{' '.join(words.split())}`"


def untrusted(address: str, code: list[str]) -> MlscaffoldError:
    """Return the error for a template that would run `code`."""
    listed = "".join(f"\n         {each}" for each in code)
    return MlscaffoldError(
        f"the template `{address}` runs code of its own:{listed}",
        "if you trust those who wrote it, say so with `--trust`",
    )


@contextmanager
def complaints() -> Iterator[None]:
    """Turn what copier complains about into errors with a hint."""
    from copier.errors import CopierError, ExtensionNotFoundError, TaskError
    from jinja2 import TemplateError
    from plumbum import ProcessExecutionError

    try:
        yield
    except KeyboardInterrupt:  # copier's own is a complaint, too
        raise KeyboardInterrupt from None
    except (TaskError, subprocess.CalledProcessError) as error:
        raise MlscaffoldError(
            f"a command of the template failed: {error}", "its output is above; nothing was changed"
        ) from error
    except ProcessExecutionError as error:
        reason = str(error.stderr).strip() or f"status {error.retcode}"
        raise MlscaffoldError(
            f"git failed: {reason}", "mend what git says and try again"
        ) from error
    except ExtensionNotFoundError as error:
        raise MlscaffoldError(
            f"an extension of the template is not installed: {error.__context__ or error}",
            "install it in the environment of mlscaffold (`uv tool install --with`, `pipx inject`)",
        ) from error
    except (CopierError, TemplateError, ValueError, TypeError) as error:
        raise MlscaffoldError(
            f"copier cannot use this template with these answers: {error}",
            "`--set KEY=VALUE` answers any question of it",
        ) from error
