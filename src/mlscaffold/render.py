"""Renders a template release into a folder, to the byte as `copier copy` does.

Importing copier takes longer than everything else that `mlscaffold new` does, so the part of its
format that our templates use is read here: questions with type, default and validator, file names
and `.jinja` files rendered by Jinja. A test holds the result against copier's own for every type;
updates go through copier itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from .errors import MlscaffoldError
from .project import ANSWERS_FILE

SUFFIX = ".jinja"
CASTS: dict[str, Callable[[Any], object]] = {"str": str, "int": int}
KINDS = {"str": "text", "int": "whole number"}


def render(
    template: Path, directory: Path, answers: Mapping[str, object], source: Mapping[str, str]
) -> None:
    """Render the copier template in the folder `template` into the new folder `directory`.

    `answers` may leave out questions; `source` holds what the answers file says about the
    template: `_src_path` and `_commit`.
    """
    environment = make_environment(template)
    complete = complete_answers(template, answers, environment)
    context = {
        **complete,
        "_copier_answers": {**source, **complete},
        "_copier_conf": {"answers_file": ANSWERS_FILE},
    }
    tree = template / str(complete["project_type"])
    directory.mkdir()
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            write(path, tree, directory, environment, context)


def make_environment(template: Path) -> SandboxedEnvironment:
    """Return Jinja as copier sets it up for our templates."""
    return SandboxedEnvironment(
        loader=FileSystemLoader(template),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def read_questions(template: Path) -> dict[str, dict[str, Any]]:
    """Return the questions that `copier.yml` asks, in order."""
    settings = yaml.safe_load((template / "copier.yml").read_text("utf-8"))
    return {name: entry for name, entry in settings.items() if not name.startswith("_")}


def complete_answers(
    template: Path, given: Mapping[str, object], environment: SandboxedEnvironment
) -> dict[str, object]:
    """Return an answer to every question: the given one where there is one, else the default."""
    answers: dict[str, object] = {}
    for name, question in read_questions(template).items():
        answer = given.get(name, question.get("default", ""))
        if name not in given:
            answer = environment.from_string(str(answer)).render(answers)
        try:
            answers[name] = CASTS[question["type"]](answer)
        except ValueError as error:
            raise MlscaffoldError(
                f"`{answer}` cannot be the {name}",
                f"it takes a {KINDS[question['type']]}: {question['help']}",
            ) from error
        trouble = environment.from_string(question.get("validator", "")).render(answers).strip()
        if trouble:
            raise MlscaffoldError(f"`{answer}` cannot be the {name}", trouble)
    return answers


def write(
    path: Path,
    tree: Path,
    directory: Path,
    environment: SandboxedEnvironment,
    context: Mapping[str, object],
) -> None:
    """Write what the template file at `path`, below `tree`, becomes in `directory`."""
    name = path.relative_to(tree).as_posix().removesuffix(SUFFIX)
    if "{" in name:
        name = environment.from_string(name).render(context)
    target = directory / PurePosixPath(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == SUFFIX:
        loaded = environment.get_template(path.relative_to(tree.parent).as_posix())
        target.write_text(loaded.render(context), "utf-8", newline="\n")
        shutil.copymode(path, target)
    else:
        shutil.copy(path, target)
