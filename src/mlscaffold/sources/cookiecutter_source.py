"""Templates of cookiecutter, whose projects remember them as cruft does, in `.cruft.json`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .repository import Manifest, Repository, drop_by_products, own_temporary_files, remove

MANIFEST = "cookiecutter.json"
RECORD = ".cruft.json"
NESTED = {"template", "templates"}  # the keys of a manifest that only leads to others


@dataclass(frozen=True)
class CookiecutterTemplate:
    """The cookiecutter template in `repository`, or in the folder `directory` of it.

    `checkout` is the branch, tag or commit that updates follow; `skip` are the files that they
    leave alone.
    """

    repository: Repository
    trust: bool = False
    directory: str | None = None
    checkout: str | None = None
    skip: tuple[str, ...] = ()
    others: Mapping[str, object] = field(default_factory=dict)  # what else the record holds
    read: dict[str, Manifest] = field(default_factory=dict, init=False, compare=False)

    kind = "cookiecutter"

    @property
    def name(self) -> str:
        """What messages and labels call it."""
        return self.repository.name

    def versions(self) -> list[str]:
        """Return its tags, the oldest first."""
        return self.repository.tags()

    def newest(self) -> str:
        """Return the hash of the commit that it follows."""
        if not self.repository.has_history:
            return ""
        return self.repository.commit(self.checkout or "HEAD")

    def questions(self, version: str) -> list[str]:
        """Return the names of what it asks for."""
        return self.manifest(version).questions

    def code(self, version: str) -> list[str]:
        """Return what of its own it would run; there can be more, inside its files."""
        return self.manifest(version).code

    def manifest(self, version: str) -> Manifest:
        """Return what the manifest of `version` says, read once; refuse one that is of no use."""
        if version not in self.read:
            with self.repository.checkout(version) as folder:
                top = folder / (self.directory or "")
                entries = self.entries(top)
                hooks = sorted(path.name for path in top.glob("hooks/*") if path.is_file())
                code = [
                    *(f"the Jinja extension {each}" for each in entries.get("_extensions", [])),
                    *(f"the hook {name}" for name in hooks),
                    *(["local_extensions.py"] if (top / "local_extensions.py").exists() else []),
                ]
            questions = [name for name in entries if not name.startswith("_")]
            self.read[version] = Manifest(questions, code)
        return self.read[version]

    def entries(self, top: Path) -> dict[str, Any]:
        """Return what the manifest in the folder `top` of a checkout says."""
        try:
            manifest = json.loads((top / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise MlscaffoldError(
                f"cannot read `{MANIFEST}` of the template `{self.repository.address}`: {error}",
                "`--directory` names the folder that it lies in, `--checkout` another version",
            ) from error
        check_manifest(manifest, top, self.repository.address)
        return dict(manifest)

    def check_trust(self, version: str) -> None:
        """Refuse to run code of people who are not trusted: any such template could."""
        code = self.code(version)  # says, too, where the template is of no use
        if not self.trust:
            raise MlscaffoldError(
                f"the template `{self.repository.address}` is for cookiecutter, which can run code "
                f"from it{': ' + ', '.join(code) if code else ''}",
                "if you trust those who wrote it, say so with `--trust`",
            )

    def check_way(self, old: str, new: str) -> None:
        """Accept any way: cookiecutter knows of nothing but files."""

    def create(
        self, version: str, given: Mapping[str, object], folder: Path, *, ask: bool = False
    ) -> str:
        """Make a project in the new `folder`; with `ask`, cookiecutter asks for the rest.

        Return the name that the template finds for the folder.
        """
        self.check_trust(version)
        context, name = self.run(version, given, folder, ask=ask)
        if self.repository.has_history:
            self.write_record(version, context, folder)
        return name

    def render(
        self, version: str, answers: Mapping[str, object], folder: Path, *, update: bool = False
    ) -> None:
        """Render `version` with the recorded `answers` into the new `folder`."""
        public = {key: value for key, value in answers.items() if not key.startswith("_")}
        self.create(version, public, folder)
        if update:
            for pattern in self.skip:
                for path in sorted(folder.glob(pattern.strip("/")), reverse=True):
                    remove(path)
        drop_by_products(folder)

    def run(
        self, version: str, given: Mapping[str, object], folder: Path, *, ask: bool
    ) -> tuple[dict[str, object], str]:
        """Let cookiecutter make `folder`; return the answers it used and the name it found."""
        with tempfile.TemporaryDirectory(
            prefix=".cookiecutter-", dir=folder.parent, ignore_cleanup_errors=True
        ) as temporary:
            scratch = Path(temporary)
            project = self.call(version, given, scratch, ask=ask)
            replays = list((scratch / "replay").glob("*.json"))
            Path(project).rename(folder)
            context: dict[str, object] = json.loads(replays[0].read_text("utf-8"))["cookiecutter"]
        # The rest tells where the files were for a moment.
        hidden = {"_output_dir", "_repo_dir", "_checkout"}
        return {k: v for k, v in context.items() if k not in hidden}, Path(project).name

    def call(self, version: str, given: Mapping[str, object], scratch: Path, *, ask: bool) -> str:
        """Call cookiecutter, and return where it put the project."""
        from cookiecutter.main import cookiecutter

        settings = {
            "cookiecutters_dir": str(scratch / "templates"),
            "replay_dir": str(scratch / "replay"),
            "default_context": {},
        }
        (scratch / "config.yml").write_text(json.dumps(settings), "utf-8")  # which is YAML
        (scratch / "out").mkdir()
        url = self.repository.full_url if self.repository.has_history else self.repository.url
        with (
            self.repository.in_reach(),
            own_temporary_files(scratch / "temporary"),
            own_modules(scratch),
            complaints(),
        ):
            project = cookiecutter(
                # Without `git` in a URL it would not know what that is.
                url if "git" in url or not self.repository.has_history else f"git+{url}",
                checkout=self.repository.commit(version) if self.repository.has_history else None,
                no_input=not ask,
                extra_context=dict(given),
                output_dir=str(scratch / "out"),
                config_file=str(scratch / "config.yml"),
                directory=self.directory,
            )
        return str(project)

    def followed(self, version: str) -> str | None:
        """Return what updates follow once a project is at `version`.

        A tag or a commit would hold it back for ever where the person has asked for another one.
        """
        if self.checkout is None or self.checkout in self.repository.branches():
            return self.checkout
        pinned = self.repository.commit(self.checkout) == self.repository.commit(version)
        return self.checkout if pinned else None

    def write_record(self, version: str, context: Mapping[str, object], folder: Path) -> None:
        """Write down in `folder` what it was made from, as cruft does."""
        address, commit = self.repository.address, self.repository.commit(version)
        origin = {"_template": address, "_commit": commit}
        record = {
            **self.others,
            "template": address,
            "commit": commit,
            "checkout": self.followed(version),
            "context": {"cookiecutter": {**context, **origin}},
            "directory": self.directory,
        }
        text = json.dumps(record, ensure_ascii=False, indent=2, separators=(",", ": "))
        (folder / RECORD).write_text(f"{text}\n", "utf-8", newline="\n")


def check_manifest(manifest: Mapping[str, Any], top: Path, address: str) -> None:
    """Refuse a `manifest` that only leads to others, or that only says something."""
    if nested := NESTED & manifest.keys():
        entries = manifest[nested.pop()]
        places = (
            [entry["path"] for entry in entries.values()]
            if isinstance(entries, dict)
            else re.findall(r"\((.*?)\)", " ".join(map(str, entries)))
        )
        listed = ", ".join(f"`--directory {place.removeprefix('./')}`" for place in places)
        raise MlscaffoldError(f"the template `{address}` holds several", f"choose one: {listed}")
    folders = [path.name for path in top.glob("*cookiecutter.*") if path.is_dir()]
    asked = {name for folder in folders for name in re.findall(r"cookiecutter\.(\w+)", folder)}
    if folders and not asked & manifest.keys():
        said = " ".join(str(text) for text in manifest.values() if isinstance(text, str))
        raise MlscaffoldError(
            f"the template `{address}` is a stub: its `{MANIFEST}` does not ask for "
            f"`{min(asked)}`, which names the project" + (f". It says: {said}" if said else ""),
            "`--checkout` names another version of it",
        )


@contextmanager
def own_modules(scratch: Path) -> Iterator[None]:
    """Forget the modules that were imported from `scratch`.

    An update renders two versions, and each must get its own extensions.
    """
    try:
        with redirect_stdout(sys.stderr):  # stdout is for data, and cookiecutter only talks
            yield
    finally:
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(f"{scratch}/"):
                del sys.modules[name]


@contextmanager
def complaints() -> Iterator[None]:
    """Turn what cookiecutter complains about into errors with a hint."""
    from click import Abort
    from cookiecutter.exceptions import CookiecutterException
    from jinja2 import TemplateError

    try:
        yield
    except subprocess.CalledProcessError as error:
        raise MlscaffoldError(f"git failed: {error}", "mend what it says and try again") from error
    except (CookiecutterException, TemplateError, ValueError) as error:
        raise MlscaffoldError(
            f"cookiecutter cannot use this template with these answers: {error}",
            "`--set KEY=VALUE` answers any question of it",
        ) from error
    except (Abort, SystemExit) as error:  # a hook, an extension or a prompt gave up
        raise KeyboardInterrupt from error
