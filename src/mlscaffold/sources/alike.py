"""Tells which files two renders of our templates have alike, without rendering them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from ..catalog import read_settings
from ..render import (
    SUFFIX,
    complete_answers,
    excluded_paths,
    is_below,
    make_environment,
    target_name,
)

# What is made of nothing else gives the same text whenever the answers that it names are the same.
# Calls, includes, and the filters that ansible knows (`random`, `strftime`, ...) are not here.
PURE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Filter),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Concat, nodes.List, nodes.Tuple),
)
PLAIN = re.compile(r"\{\{ (\w+) \}\}")  # an answer, and no more: most templates hold nothing else
PURE_FILTERS = {"capitalize", "length", "lower", "replace", "title", "trim", "upper"}


@dataclass
class Rendering:
    """A template, in a folder, and the answers that it is rendered with."""

    template: Path
    given: Mapping[str, object]
    update: bool

    def __post_init__(self) -> None:
        """Answer every question."""
        self.environment = make_environment(self.template)
        self.settings = read_settings(self.template)
        self.answers = complete_answers(self.settings, self.given, self.environment)

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file of the type, by its path in there."""
        tree = self.template / str(self.answers["project_type"])
        paths = (path for path in tree.rglob("*") if path.is_file())
        return {path.relative_to(tree).as_posix(): path for path in paths}

    @cached_property
    def excluded(self) -> list[str]:
        """What is left out of the project."""
        operation = {"_copier_operation": "update" if self.update else "copy"}
        return excluded_paths(self.settings, self.environment, {**self.answers, **operation})

    def has(self, path: str) -> bool:
        """Tell whether the file at `path`, whose name takes answers only, gets into the project."""
        return not is_below(target_name(path, self.environment, self.answers), self.excluded)


def files_to_render(old: Rendering, new: Rendering) -> set[str]:
    """Return the paths of the files in either one that the projects may not have alike."""
    names = {
        name
        for name, answer in old.answers.items()
        if name in new.answers and repr(new.answers[name]) == repr(answer)
    }
    paths = old.files.keys() | new.files.keys()
    return {path for path in paths if not is_alike(path, old, new, names)}


def is_alike(path: str, old: Rendering, new: Rendering, names: set[str]) -> bool:
    """Tell whether the file at `path` is the same in both, given that the answers `names` are."""
    if path not in old.files or path not in new.files:
        return False
    stem = path.removesuffix(SUFFIX)
    if {stem, stem + SUFFIX} <= old.files.keys() | new.files.keys():
        return False  # one hides the other
    before, after = old.files[path], new.files[path]
    content = before.read_bytes()
    return (
        is_pure(path, new, names)
        and old.has(path) == new.has(path)
        and content == after.read_bytes()
        and before.stat().st_mode == after.stat().st_mode
        and (PurePosixPath(path).suffix != SUFFIX or is_pure(content.decode(), new, names))
    )


def is_pure(text: str, rendering: Rendering, names: set[str]) -> bool:
    """Tell whether nothing but the answers `names` decides what Jinja makes of `text`."""
    rest = PLAIN.sub(lambda found: " " if found[1] in names else found[0], text)
    if not any(mark in rest for mark in ("{{", "{%", "{#")):
        return True
    try:
        tree: Any = rendering.environment.parse(text)
    except TemplateSyntaxError:
        return False
    return all(
        isinstance(node, PURE)
        and (not isinstance(node, nodes.Name) or node.name in names)
        and (not isinstance(node, nodes.Filter) or node.name in PURE_FILTERS)
        for node in (tree, *tree.find_all(nodes.Node))
    )
