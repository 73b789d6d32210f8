"""What two versions of a template make of two sets of answers, as far as it differs.

What both render alike, an update puts where it was; so for our own templates such files are not
rendered at all, and what the project has in their place stands for them. A template from elsewhere
is rendered whole by its own library.
"""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from .project import ANSWERS_FILE
from .render import (
    SUFFIX,
    AnswerError,
    complete_answers,
    excluded_paths,
    is_below,
    make_environment,
    read_settings,
    render,
    target_name,
)
from .sources import Source
from .sources.ours import OurTemplates
from .store import URL
from .trees import Files, read_folder

# What is made of nothing else gives the same text whenever the answers that it names are the same.
# Calls, includes, and the filters that ansible knows (`random`, `strftime`, ...) are not here.
PURE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Filter),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Concat, nodes.List, nodes.Tuple),
)
PURE_FILTERS = {"capitalize", "length", "lower", "replace", "title", "trim", "upper"}


@dataclass(frozen=True)
class Version:
    """What a template is asked to render: a release and answers."""

    release: str
    answers: Mapping[str, object]


@dataclass(frozen=True)
class Pair:
    """Two renderings: what each has, and the paths of what is alike in both and not rendered.

    `owned` are the files, in either one, that belong to the learner once the project is created.
    """

    base: Files
    wanted: Files
    alike: set[str] = field(default_factory=set)
    owned: tuple[Files, Files] = ({}, {})


def render_pair(
    source: Source,
    versions: tuple[Version, Version],
    folder: Path,
    present: Collection[str],
    *,
    whole: bool,
) -> Pair:
    """Render both `versions` into new folders in `folder`.

    `present` are the paths of what the project has. With `whole`, nothing belongs to the learner.
    """
    if isinstance(source, OurTemplates):
        return render_ours(source, versions, folder, present, whole=whole)
    places = folder / "base", folder / "wanted"
    for place, version in zip(places, versions, strict=True):
        source.render(version.release, version.answers, place, update=not whole)
    return Pair(read_folder(places[0]), read_folder(places[1]))


def render_ours(
    source: OurTemplates,
    versions: tuple[Version, Version],
    folder: Path,
    present: Collection[str],
    *,
    whole: bool,
) -> Pair:
    """Render of our own templates what differs, and what the project does not have."""
    old, new = versions
    project_type = str(old.answers["project_type"])
    with (
        source.checkout(old.release, project_type) as first,
        source.checkout(new.release, project_type) as second,
    ):
        sides = Side(first, old), Side(second, new)
        alike = {
            name: path for path, name in sides[0].names.items() if are_alike(path, name, sides)
        }
        left_out = {path for name, path in alike.items() if name in present}
        rendered, owned = [], []
        for number, side in enumerate(sides):
            files = side.render(folder / str(number), left_out)
            mine = set() if whole else {each for each in files if is_below(each, side.owned)}
            owned.append({each: files[each] for each in mine})
            rendered.append({each: files[each] for each in files if each not in mine})
        names = {name for name, path in alike.items() if path in left_out}
        for each in owned:
            names |= each.keys() & present
    return Pair(rendered[0], rendered[1], names, (owned[0], owned[1]))


class Side:
    """One release of our templates, checked out in `template`, with complete answers."""

    def __init__(self, template: Path, version: Version) -> None:
        self.template, self.version = template, version
        self.environment: SandboxedEnvironment = make_environment(template)
        settings = read_settings(template)
        self.answers = accept(settings, version.answers, self.environment)
        self.tree = template / str(self.answers["project_type"])
        context: dict[str, Any] = {
            **self.answers,
            "_copier_answers": {},
            "_copier_conf": {"answers_file": ANSWERS_FILE},
        }
        self.excluded, self.owned = (
            excluded_paths(settings, self.environment, {**context, "_copier_operation": operation})
            for operation in ("copy", "update")
        )
        paths = (path for path in self.tree.rglob("*") if path.is_file())
        relative = [path.relative_to(self.tree).as_posix() for path in paths]
        self.names = {path: target_name(path, self.environment, context) for path in relative}

    def render(self, place: Path, left_out: Collection[str]) -> Files:
        """Render all but what is `left_out` into the new folder `place`."""
        source = {"_commit": self.version.release, "_src_path": URL}
        only = self.names.keys() - left_out
        render(self.template, place, self.answers, source, only=only)
        return read_folder(place)

    def is_pure(self, path: str, same: Collection[str]) -> bool:
        """Tell whether nothing but the answers to `same` decides what the file at `path` holds."""
        if not path.endswith(SUFFIX):
            return True
        try:
            tree = self.environment.parse((self.tree / path).read_text("utf-8"))
        except TemplateSyntaxError:
            return False
        return all(
            isinstance(node, PURE)
            and (not isinstance(node, nodes.Name) or node.name in same)
            and (not isinstance(node, nodes.Filter) or node.name in PURE_FILTERS)
            for node in (tree, *tree.find_all(nodes.Node))
        )


def are_alike(path: str, name: str, sides: tuple[Side, Side]) -> bool:
    """Tell whether the file at `path` of the template, called `name`, is alike in both projects."""
    old, new = sides
    if new.names.get(path) != name or is_below(name, old.excluded) or is_below(name, new.excluded):
        return False
    one, other = old.tree / path, new.tree / path
    if one.stat().st_mode != other.stat().st_mode or not filecmp.cmp(one, other, shallow=False):
        return False
    twin = path.removesuffix(SUFFIX) if path.endswith(SUFFIX) else path + SUFFIX
    if twin in old.names or twin in new.names:
        return False  # one hides the other
    same = {
        key for key, answer in old.answers.items() if repr(new.answers.get(key)) == repr(answer)
    }
    return old.is_pure(path, same)


def accept(
    settings: Mapping[str, Any], answers: Mapping[str, object], environment: SandboxedEnvironment
) -> dict[str, object]:
    """Return complete answers; one that the release refuses gives way to its default."""
    accepted = dict(answers)
    while True:
        try:
            return complete_answers(settings, accepted, environment)
        except AnswerError as error:
            if accepted.pop(error.name, None) is None:
                raise
