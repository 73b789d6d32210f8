"""Renders a template release into a folder, to the byte as `copier copy` does.

Importing copier takes longer than everything else that `mlscaffold new` does, so the part of its
format that our templates use is read here: questions with type, default, validator and, where
several may be chosen, choices; rooted paths in `_exclude`; file names and `.jinja` files rendered
by Jinja. A test holds the result against copier's own for every type.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from .catalog import questions, read_settings
from .errors import MlscaffoldError
from .project import ANSWERS_FILE

SUFFIX = ".jinja"
CASTS: dict[str, Callable[[Any], object]] = {"str": str, "int": int}
KINDS = {"str": "text", "int": "whole number"}


class AnswerError(MlscaffoldError):
    """The template refuses the answer to the question `name`."""

    def __init__(self, name: str, answer: object, hint: str) -> None:
        super().__init__(f"`{answer}` cannot be the {name}", hint)
        self.name = name


def render(
    template: Path,
    directory: Path,
    answers: Mapping[str, object],
    source: Mapping[str, str],
    *,
    update: bool = False,
    only: Collection[str] | None = None,
) -> None:
    """Render the copier template in the folder `template` into the new folder `directory`.

    `answers` may leave out questions; `source` holds what the answers file says about the
    template: `_src_path` and `_commit`. With `update`, what the template gives only to a new
    project is left out. `only` names files, by their path in the tree of the type, to leave out
    all others.
    """
    environment = make_environment(template)
    settings = read_settings(template)
    complete = complete_answers(settings, answers, environment)
    context = {
        **complete,
        "_copier_answers": {**source, **complete},
        "_copier_conf": {"answers_file": ANSWERS_FILE},
    }
    tree = template / str(complete["project_type"])
    operation = {"_copier_operation": "update" if update else "copy"}
    excluded = excluded_paths(settings, environment, {**context, **operation})
    directory.mkdir()
    for path in sorted(tree.rglob("*")):
        relative = path.relative_to(tree).as_posix()
        if path.is_file() and (only is None or relative in only):
            name = target_name(relative, environment, context)
            if not is_below(name, excluded):
                write(path, directory / name, environment, context, tree.parent)


@lru_cache(maxsize=8)
def make_environment(template: Path) -> SandboxedEnvironment:
    """Return Jinja as copier sets it up for our templates."""
    return SandboxedEnvironment(
        loader=FileSystemLoader(template),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def complete_answers(
    settings: Mapping[str, Any], given: Mapping[str, object], environment: SandboxedEnvironment
) -> dict[str, object]:
    """Return an answer to every question: the given one where there is one, else the default."""
    answers: dict[str, object] = {}
    for name, question in questions(settings).items():
        answer = given.get(name, question.get("default", ""))
        if name not in given:
            answer = compiled(environment, str(answer)).render(answers)
        if question.get("multiselect"):
            known = yaml.safe_load(compiled(environment, question["choices"]).render(answers))
            answers[name] = choose(name, answer, known)
            continue
        try:
            answers[name] = CASTS[question["type"]](answer)
        except ValueError as error:
            raise AnswerError(
                name,
                answer,
                f"it takes a {KINDS[question['type']]}: {question['help']}",
            ) from error
        trouble = compiled(environment, question.get("validator", "")).render(answers).strip()
        if trouble:
            raise AnswerError(name, answer, trouble)
    return answers


def choose(name: str, answer: object, known: list[str]) -> list[str]:
    """Return the chosen ones of the `known`, in the order of these, as copier does."""
    chosen = yaml.safe_load(answer) if isinstance(answer, str) else answer
    if not isinstance(chosen, list) or not set(chosen) <= set(known):
        raise AnswerError(name, answer, f"choose among: {', '.join(known) or 'none'}")
    return [each for each in known if each in chosen]


def excluded_paths(
    settings: Mapping[str, Any], environment: SandboxedEnvironment, context: Mapping[str, object]
) -> list[str]:
    """Return the paths, from the top of a project, that `_exclude` leaves out of it."""
    rendered = (
        compiled(environment, each).render(context) for each in settings.get("_exclude", [])
    )
    return [path.strip("/") for path in rendered if path]


def is_below(path: str, folders: Collection[str]) -> bool:
    """Tell whether `path` is one of the `folders`, or lies in one of them."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def target_name(path: str, environment: SandboxedEnvironment, context: Mapping[str, object]) -> str:
    """Return where the file at `path` of a template lies in a project."""
    parts = path.removesuffix(SUFFIX).split("/")
    return "/".join(
        compiled(environment, part).render(context) if "{" in part else part for part in parts
    )


@lru_cache(maxsize=1024)
def compiled(environment: SandboxedEnvironment, text: str) -> Template:
    """Return `text` as a template: an update reads the same names and questions several times."""
    return environment.from_string(text)


def write(
    path: Path,
    target: Path,
    environment: SandboxedEnvironment,
    context: Mapping[str, object],
    template: Path,
) -> None:
    """Write to `target` what the file at `path` of `template` becomes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == SUFFIX:
        loaded = environment.get_template(path.relative_to(template).as_posix())
        target.write_text(loaded.render(context), "utf-8", newline="\n")
        shutil.copymode(path, target)
    else:
        shutil.copy(path, target)
