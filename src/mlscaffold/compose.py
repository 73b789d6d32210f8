"""Turns the layers in `templates/` into one flat copier template, a whole tree per type."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from .catalog import ProjectType, read_manifest

IGNORED = shutil.ignore_patterns(
    "__pycache__", "*.py[co]", ".DS_Store", ".*_cache", "*.egg-info", ".venv"
)


def compose(templates: Path, destination: Path) -> None:
    """Write the template that the layers in `templates` make into the new folder `destination`.

    The result holds `copier.yml`, `layers.toml`, `datasets/TYPE/NAME.toml` and one folder per type.
    """
    _, types = read_manifest(templates)
    for project_type in types.values():
        for layer in project_type.layers:
            shutil.copytree(
                templates / layer,
                destination / project_type.name,
                ignore=IGNORED,
                dirs_exist_ok=True,
            )
        datasets = Path("datasets") / project_type.name
        shutil.copytree(templates / datasets, destination / datasets, ignore=IGNORED)
    shutil.copy(templates / "layers.toml", destination)
    questions = yaml.safe_dump(choices(templates, types), sort_keys=False, width=100)
    settings = (templates / "copier.yml").read_text("utf-8")
    (destination / "copier.yml").write_text(f"{questions}\n{settings}", "utf-8", newline="\n")


def choices(templates: Path, types: dict[str, ProjectType]) -> dict[str, dict[str, object]]:
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
