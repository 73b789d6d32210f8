"""Turns the layers in `templates/` into one flat copier template, a whole tree per type."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from .catalog import Part, ProjectType, read_manifest, read_parts
from .errors import MlscaffoldError

IGNORED = shutil.ignore_patterns(
    "__pycache__", "*.py[co]", ".DS_Store", ".*_cache", "*.egg-info", ".venv"
)
SHARED = "all"  # the folder of a part whose files every type gets
Owners = dict[str, set[str]]  # path in the template -> the parts that it belongs to


def compose(templates: Path, destination: Path) -> None:
    """Write the template that the layers in `templates` make into the new folder `destination`.

    The result holds `copier.yml`, `layers.toml`, `datasets/TYPE/NAME.toml` and one folder per type.
    """
    _, types = read_manifest(templates)
    parts = read_parts(templates)
    owners = {}
    for name, project_type in types.items():
        copy_layers(templates, project_type.layers, destination / name)
        owners[name] = add_parts(templates, project_type, parts.values(), destination / name)
        datasets = Path("datasets") / name
        shutil.copytree(templates / datasets, destination / datasets, ignore=IGNORED)
    shutil.copy(templates / "layers.toml", destination)
    if (templates / "schemas").is_dir():  # for editors, of each type's project.toml
        shutil.copytree(templates / "schemas", destination / "schemas", ignore=IGNORED)
    asked = {**choices(templates, types), **parts_question(types, parts)}
    questions = yaml.safe_dump(asked, sort_keys=False, width=100)
    settings = (templates / "copier.yml").read_text("utf-8")
    if patterns := exclusions(owners):
        settings = add_exclusions(settings, patterns)
    (destination / "copier.yml").write_text(f"{questions}\n{settings}", "utf-8", newline="\n")


def copy_layers(templates: Path, layers: Iterable[str], destination: Path) -> None:
    """Copy the `layers` into `destination`, each over those before it."""
    for layer in layers:
        shutil.copytree(templates / layer, destination, ignore=IGNORED, dirs_exist_ok=True)


def add_parts(
    templates: Path, project_type: ProjectType, parts: Iterable[Part], tree: Path
) -> Owners:
    """Copy what `parts` hold for `project_type` into its `tree`, and say what belongs to which.

    The files of a part lie in folders named after layers or types, and in `all`. They replace each
    other as layers do, but none of another part, nor of the tree: nobody could choose then.
    """
    base = {path.relative_to(tree).as_posix() for path in tree.rglob("*")}
    owners: Owners = defaultdict(set)
    for part in parts:
        if project_type.name not in part.types:
            continue
        for path, source in part_files(templates / "parts" / part.name, project_type):
            check_free(part, path, source, tree)
            for place in (PurePosixPath(path), *PurePosixPath(path).parents):
                if place.as_posix() not in {".", *base}:
                    owners[place.as_posix()].add(part.name)
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tree / path)
    return owners


def part_files(folder: Path, project_type: ProjectType) -> list[tuple[str, Path]]:
    """Return path in the project and source of each file that a part holds for `project_type`."""
    found = {}
    for name in dict.fromkeys([SHARED, *project_type.layers, project_type.name]):
        for path in visible_files(folder / name):
            found[path.relative_to(folder / name).as_posix()] = path
    if not found:
        raise MlscaffoldError(
            f"the part `{folder.name}` has no files for {project_type.name}",
            f"name the types that have it in layers.toml: `[parts.{folder.name}] types = [...]`",
        )
    return sorted(found.items())


def visible_files(folder: Path) -> Iterator[Path]:
    """Yield every file below `folder` that is no by-product of work on it."""
    if not folder.is_dir():
        return
    names = sorted(path.name for path in folder.iterdir())
    for name in names:
        if name not in IGNORED(str(folder), names):
            if (path := folder / name).is_dir():
                yield from visible_files(path)
            else:
                yield path


def check_free(part: Part, path: str, source: Path, tree: Path) -> None:
    """Refuse a file of `part` that would replace another one in `tree`."""
    stem = path.removesuffix(".jinja")
    for taken in (tree / stem, tree / f"{stem}.jinja"):
        same = taken == tree / path and taken.is_file()
        if taken.exists() and not (same and taken.read_bytes() == source.read_bytes()):
            raise MlscaffoldError(
                f"`{source}` would replace a file that {tree.name} has without {part.name}",
                "make what differs depend on `parts` in that file: "
                f"`{{% if '{part.name}' in parts %}}`",
            )


def exclusions(owners: Mapping[str, Owners]) -> list[str]:
    """Return the patterns that leave out what belongs to parts that are not chosen.

    `owners` is by type. A folder that holds nothing else is left out whole.
    """
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for project_type, of_type in owners.items():
        for path, names in of_type.items():
            if of_type.get(PurePosixPath(path).parent.as_posix()) != names:
                found[path.removesuffix(".jinja"), tuple(sorted(names))].append(project_type)
    patterns = []
    for (path, parts), types in sorted(found.items()):
        # An update by copier renders the old release, too, which may not know any parts.
        missing = " and ".join(["parts is defined", *(f"'{part}' not in parts" for part in parts)])
        others = owners.keys() - set(types)
        where = f"project_type in {types} and " if others else ""
        patterns.append(f"{{% if {where}{missing} %}}/{path}{{% endif %}}")
    return patterns


def add_exclusions(settings: str, patterns: Iterable[str]) -> str:
    """Return `settings`, the text of a `copier.yml`, with `patterns` in their `_exclude`."""
    listed = re.search(r"^_exclude:\n((?: *#.*\n)*)( *)- ", settings, re.MULTILINE)
    indent = listed[2] if listed else "  "
    lines = "".join(f"{indent}- {json.dumps(pattern)}\n" for pattern in patterns)
    if listed is None:
        return f"{settings}\n_exclude:\n{lines}"
    start = listed.start() + len("_exclude:\n")
    return settings[:start] + lines + settings[start:]


def choices(templates: Path, types: Mapping[str, ProjectType]) -> dict[str, dict[str, Any]]:
    """Return the two copier questions whose answers are the types and data sets at hand."""
    datasets = {
        name: sorted(path.stem for path in (templates / "datasets" / name).glob("*.toml"))
        for name in types
    }
    defaults = {project_type.name: project_type.default_dataset for project_type in types.values()}
    return {
        "project_type": {"type": "str", "help": "Kind of project", "choices": list(types)},
        "dataset": {
            "type": "str",
            "help": "Data set to start from",
            "default": f"{{{{ {defaults}[project_type] }}}}",
            "validator": f"{{% set known = {datasets}[project_type] %}}"
            "{% if dataset not in known %}choose one of: {{ known | join(', ') }}{% endif %}",
        },
    }


def parts_question(types: Iterable[str], parts: Mapping[str, Part]) -> dict[str, dict[str, Any]]:
    """Return the copier question whose answers are the parts at hand, if there are any."""
    if not parts:
        return {}
    known = {name: [part.name for part in parts.values() if name in part.types] for name in types}
    default = {name: [part for part in known[name] if parts[part].default] for name in types}
    return {
        "parts": {
            "type": "str",
            "help": "What the project has besides the study",
            "multiselect": True,
            "choices": f"{{{{ {known}[project_type] }}}}",
            "default": f"{{{{ {default}[project_type] }}}}",
        }
    }
