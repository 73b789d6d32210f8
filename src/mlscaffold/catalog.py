"""What can be made: project types and their data sets, read from the newest template release."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .errors import MlscaffoldError


@dataclass(frozen=True)
class ProjectType:
    """One kind of project that can be made, as `layers.toml` declares it."""

    name: str
    summary: str
    layers: tuple[str, ...]
    default_dataset: str


@dataclass(frozen=True)
class Part:
    """Something that a project can have or leave out, as `layers.toml` declares it."""

    name: str
    summary: str
    types: tuple[str, ...]
    default: bool  # whether projects have it that were made before there were parts


def read_manifest(templates: Path) -> tuple[str, dict[str, ProjectType]]:
    """Return the template version and the project types that `layers.toml` declares."""
    manifest = tomllib.loads((templates / "layers.toml").read_text("utf-8"))
    types = {
        name: ProjectType(name, entry["summary"], tuple(entry["layers"]), entry["default_dataset"])
        for name, entry in manifest["types"].items()
    }
    return manifest["version"], types


def read_parts(templates: Path) -> dict[str, Part]:
    """Return the parts that `layers.toml` declares, by name."""
    manifest = tomllib.loads((templates / "layers.toml").read_text("utf-8"))
    return {
        name: Part(
            name,
            entry["summary"],
            tuple(entry.get("types", manifest["types"])),
            entry.get("default", False),
        )
        for name, entry in manifest.get("parts", {}).items()
    }


def read_settings(template: Path) -> dict[str, Any]:
    """Return all that the `copier.yml` of the folder `template` says, in order."""
    import yaml

    text = (template / "copier.yml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times quicker, where it is there
    return dict(yaml.load(text, Loader=loader))  # noqa: S506 - it is a safe one


def questions(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the questions among the `settings`, in order."""
    return {name: entry for name, entry in settings.items() if not name.startswith("_")}


@dataclass(frozen=True)
class Dataset:
    """A data set that a project can start from, as its `project.toml` describes it."""

    name: str
    project_type: str
    title: str
    licence: str
    demo: bool


@dataclass
class Catalog:
    """The types and data sets of a composed template in the folder `template`."""

    template: Path

    @cached_property
    def types(self) -> dict[str, ProjectType]:
        """Every project type, by name."""
        return read_manifest(self.template)[1]

    def project_type(self, name: str) -> ProjectType:
        """Return the type called `name`."""
        if name not in self.types:
            raise unknown("project type", name, self.types, "`mlscaffold types` lists them all")
        return self.types[name]

    def parts(self, project_type: str) -> dict[str, Part]:
        """Return the parts that a project of `project_type` can have, by name."""
        name = self.project_type(project_type).name
        parts = read_parts(self.template).values()
        return {part.name: part for part in parts if name in part.types}

    def part(self, project_type: str, name: str) -> Part:
        """Return the part called `name` of `project_type`."""
        known = self.parts(project_type)
        if name not in known:
            listed = ", ".join(f"`{each}`" for each in known)
            offer = f"there are {listed}" if known else f"{project_type} projects have none"
            raise unknown(f"{project_type} part", name, known, offer)
        return known[name]

    def datasets(self, project_type: str) -> dict[str, Dataset]:
        """Return the data sets of `project_type`, by name, the default one first."""
        default = self.project_type(project_type).default_dataset
        folder = self.template / "datasets" / project_type
        paths = sorted(folder.glob("*.toml"), key=lambda path: (path.stem != default, path.stem))
        return {path.stem: read_dataset(path) for path in paths}

    def dataset(self, project_type: str, name: str) -> Dataset:
        """Return the data set called `name` of `project_type`."""
        known = self.datasets(project_type)
        if name not in known:
            all_of_them = f"`mlscaffold datasets {project_type}` lists them all"
            raise unknown(f"{project_type} data set", name, known, all_of_them)
        return known[name]


def read_dataset(path: Path) -> Dataset:
    """Read the entry at `datasets/TYPE/NAME.toml`."""
    entry = tomllib.loads(path.read_text("utf-8"))
    title, data = entry["project"]["title"], entry["data"]
    return Dataset(path.stem, path.parent.name, title, data["licence"], data.get("demo", False))


def unknown(kind: str, name: str, known: Iterable[str], all_of_them: str) -> MlscaffoldError:
    """Return the error for a `name` that is not among the `known`, with the nearest of them."""
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`? " if near else ""
    return MlscaffoldError(f"there is no {kind} `{name}`", f"{hint}{all_of_them}")
