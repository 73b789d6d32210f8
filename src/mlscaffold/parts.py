"""The commands `add` and `remove`: a part is an answer, and comes and goes by a merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .catalog import Catalog, Part
from .change import Change, Outcome, carry_out, prepare
from .errors import MlscaffoldError
from .pairs import Version, accept
from .placement import turn
from .project import Project, check_settled, open_project, read_record
from .sources import Record
from .sources.ours import OurTemplates
from .unfinished import recover


@dataclass(frozen=True)
class Offer:
    """A part that a project can have, and whether it has it."""

    part: Part
    chosen: bool


@dataclass(frozen=True)
class PartsChange:
    """The parts that were added or removed, what that means, and what to type next."""

    names: list[str]
    outcome: Outcome
    commands: list[str]
    undone: str = ""  # what was interrupted before, and undone first


def list_parts(path: Path) -> list[Offer]:
    """Return the parts that the project that `path` lies in can have."""
    record = read_record(open_project(path).path)
    with offered(record) as (parts, chosen, _):
        return [Offer(part, name in chosen) for name, part in parts.items()]


def add_parts(path: Path, names: Sequence[str]) -> PartsChange:
    """Add the parts `names` to the project that `path` lies in."""
    return change_parts(path, names, add=True)


def remove_parts(path: Path, names: Sequence[str]) -> PartsChange:
    """Remove the parts `names` from the project that `path` lies in."""
    return change_parts(path, names, add=False)


def change_parts(path: Path, names: Sequence[str], *, add: bool) -> PartsChange:
    """Add or remove parts, and leave what changes uncommitted."""
    project = open_project(path)
    with ExitStack() as late, turn(project.top) as folder:
        undone = recover(project, folder)
        change, changed = plan_parts(project, names, add=add)
        if not changed:
            return PartsChange([], Outcome(), [], undone)
        check_settled(project)
        with prepare(change) as prepared:
            outcome = carry_out(change, prepared, folder, late)
    return PartsChange(changed, outcome, next_steps(change, outcome), undone)


def next_steps(change: Change, outcome: Outcome) -> list[str]:
    """Return what to type: a part changes no result, and a study that is new has to run."""
    look, *_, save = change.commands
    measured = (change.project.path / "reports" / "results.json").is_file()
    steps = [] if measured else ["uv run reproduce"]
    for path, what in outcome.changes.items():
        if path.match("studies/[a-z]*.py") and what != "deleted":
            steps.append(f"uv run python -m {change.record.answers['package']}.studies.{path.stem}")
    return [look, *steps, "uv run report", save]


def plan_parts(project: Project, names: Sequence[str], *, add: bool) -> tuple[Change, list[str]]:
    """Return the change that adds or removes `names`, and those of them that change anything."""
    record = read_record(project.path)
    with offered(record) as (parts, chosen, answers):
        for name in names:
            check_part(record, name, parts)
        wanted = [name for name in parts if (name in names and add) or (name in chosen)]
        if not add:
            wanted = [name for name in wanted if name not in names]
    changed = [name for name in parts if (name in wanted) != (name in chosen)]
    listed = " and ".join(changed)
    before, after = ({**answers, "parts": each} for each in (chosen, wanted))
    change = Change(
        title=f"adding {listed}" if add else f"removing {listed}",
        message=f"Add {listed}" if add else f"Remove {listed}",
        project=project,
        record=record,
        before=Version(record.version, before),
        after=Version(record.version, after),
        whole=True,
    )
    return change, changed


def check_part(record: Record, name: str, parts: dict[str, Part]) -> None:
    """Refuse a `name` that none of the `parts` has."""
    if name not in parts:
        listed = ", ".join(f"`{each}`" for each in parts)
        newest = record.source.newest()
        later = (
            "" if newest == record.version else f"; `mlscaffold update` brings those of {newest}"
        )
        raise MlscaffoldError(
            f"templates {record.version} have no part `{name}` for this project",
            f"there {'are ' + listed if parts else 'is none'}{later}",
        )


@contextmanager
def offered(record: Record) -> Iterator[tuple[dict[str, Part], list[str], dict[str, object]]]:
    """Lend the parts that the project's own release offers, those chosen, and all answers."""
    if not isinstance(record.source, OurTemplates):
        raise MlscaffoldError(
            "parts are something that only mlscaffold's own templates have",
            "`copier update` can change an answer of another template",
        )
    kind = str(record.answers["project_type"])
    with record.source.checkout(record.version, kind) as template:
        answers = accept(template, record.answers)
        chosen = answers.get("parts", [])
        parts = Catalog(template).parts(kind)
        yield parts, list(chosen) if isinstance(chosen, list) else [], answers
