"""Recognises a template by its manifest, and a project's template by what the project records."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml

from ..errors import MlscaffoldError
from ..store import URL, open_store
from . import Record
from .cookiecutter_source import MANIFEST, RECORD, CookiecutterTemplate
from .copier_source import MANIFESTS, CopierTemplate
from .ours import OurTemplates
from .repository import Repository, open_repository

Foreign = CopierTemplate | CookiecutterTemplate


def open_template(
    address: str,
    *,
    directory: str | None = None,
    checkout: str | None = None,
    trust: bool = False,
) -> tuple[Foreign, str]:
    """Return the template at `address` and its version to use.

    Where it is for both tools it is copier's, whose projects can be updated without `trust`.
    """
    repository = open_repository(address)
    copiers = CopierTemplate(repository, trust)
    cookiecutters = CookiecutterTemplate(repository, trust, directory, checkout)
    if directory is None:
        version = checkout or copiers.newest()
        with repository.checkout(version) as folder:
            if any((folder / name).is_file() for name in MANIFESTS):
                return copiers, version
    version = cookiecutters.newest()
    with repository.checkout(version) as folder:
        if (folder / (directory or "") / MANIFEST).is_file():
            return cookiecutters, version
    raise nothing_there(repository, directory)


def nothing_there(repository: Repository, directory: str | None) -> MlscaffoldError:
    """Return the error for a place without a manifest."""
    place = f"{directory} of {repository.address}" if directory else repository.address
    return MlscaffoldError(
        f"`{place}` is no template: it has neither {MANIFESTS[0]} nor {MANIFEST}",
        "`--directory` names the folder of a cookiecutter template, `--checkout` a version",
    )


def read_record(project: Path, file: str, *, trust: bool = False) -> Record:
    """Return what `project` was made from, as its record `file` says."""
    path = project / file
    try:
        text = path.read_text("utf-8")
        entries: Any = json.loads(text) if path.name == RECORD else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise damaged(path, "it cannot be read") from error
    if not isinstance(entries, dict):
        raise damaged(path, "it does not name its template")
    try:
        if path.name == RECORD:
            return read_cruft(project, entries, trust)
        return read_answers(entries, file, trust)
    except (KeyError, TypeError, AttributeError) as error:
        raise damaged(path, "it does not name its template") from error


def read_answers(entries: dict[str, Any], file: str, trust: bool) -> Record:
    """Return what the answers of a copier project say."""
    answers = {key: value for key, value in entries.items() if not key.startswith("_")}
    address, version = str(entries["_src_path"]), str(entries.get("_commit") or "")
    if address == URL:
        return Record(OurTemplates(open_store()), version, answers, file)
    source = CopierTemplate(open_repository(address), trust, file)
    return Record(source, version, answers, file)


def read_cruft(project: Path, entries: dict[str, Any], trust: bool) -> Record:
    """Return what the record of a cookiecutter project says, be it cruft's or ours."""
    pyproject = project / "pyproject.toml"
    settings = tomllib.loads(pyproject.read_text("utf-8")) if pyproject.is_file() else {}
    skip = (*entries.get("skip", ()), *settings.get("tool", {}).get("cruft", {}).get("skip", ()))
    source = CookiecutterTemplate(
        open_repository(entries["template"]),
        trust,
        entries.get("directory") or None,
        entries.get("checkout") or None,
        skip,
        {"skip": entries["skip"]} if "skip" in entries else {},
    )
    answers = dict(entries["context"]["cookiecutter"])
    return Record(source, str(entries["commit"]), answers, RECORD, skip)


def find_records(folder: Path) -> list[str]:
    """Return the names of the files in `folder` that say what it was made from."""
    candidates = [*folder.glob("*.yml"), *folder.glob("*.yaml"), folder / RECORD]
    return sorted(path.name for path in candidates if path.is_file() and names_a_template(path))


def names_a_template(path: Path) -> bool:
    """Tell whether the file at `path` says what a project was made from."""
    if path.name == RECORD:
        return True
    try:
        return any(line.startswith("_src_path:") for line in path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return False


def damaged(path: Path, trouble: str) -> MlscaffoldError:
    """Return the error for a record with `trouble`."""
    restore = f"`git checkout HEAD -- {path.name}` brings the committed one back"
    return MlscaffoldError(f"`{path}` is damaged: {trouble}", restore)
