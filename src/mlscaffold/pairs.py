"""What two versions of a template make of two sets of answers, as far as it differs.

What both render alike, an update puts where it was; so for our own templates such files are not
rendered at all, and what the project has in their place stands for them. A template from elsewhere
is rendered whole by its own library.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .catalog import read_settings
from .render import (
    AnswerError,
    complete_answers,
    is_below,
    make_environment,
    render,
    target_name,
)
from .sources import Source
from .sources.alike import Rendering, files_to_render
from .sources.ours import OurTemplates, origin
from .trees import Files, read_folder


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
    project_type = str(versions[0].answers["project_type"])
    checkouts = [source.checkout(version.release, project_type) for version in versions]
    with checkouts[0] as first, checkouts[1] as second:
        old, new = (
            Rendering(template, accept(template, version.answers), update=False)
            for template, version in zip((first, second), versions, strict=True)
        )
        only = files_to_render(old, new)
        alike = {
            target_name(path, old.environment, old.answers): path
            for path in old.files.keys() - only
        }
        only |= {path for name, path in alike.items() if name not in present}
        sides: list[tuple[Files, Files]] = []
        for side, version in zip((old, new), versions, strict=True):
            place = folder / version.release / str(len(sides))
            place.parent.mkdir(exist_ok=True)
            render(side.template, place, side.answers, origin(version.release), only=only)
            files = read_folder(place)
            belongs = [] if whole else Rendering(side.template, side.answers, update=True).excluded
            mine = {name: files[name] for name in files if is_below(name, belongs)}
            sides.append(({name: files[name] for name in files if name not in mine}, mine))
    owned = sides[0][1], sides[1][1]
    names = (alike.keys() | owned[0].keys() | owned[1].keys()) & set(present)
    return Pair(sides[0][0], sides[1][0], names, owned)


def accept(template: Path, answers: Mapping[str, object]) -> dict[str, object]:
    """Return complete answers; one that the template refuses gives way to its default."""
    settings, environment = read_settings(template), make_environment(template)
    accepted = dict(answers)
    while True:
        try:
            return complete_answers(settings, accepted, environment)
        except AnswerError as error:
            if accepted.pop(error.name, None) is None:
                raise
