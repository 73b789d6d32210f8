"""The command `update`: brings a project to another release of the templates it was made from."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from .change import Change, Outcome, carry_out, describe, prepare
from .changelog import read_changelog
from .errors import MlscaffoldError
from .migrations import migrate_to_one, migrate_within_one
from .pairs import Version
from .placement import turn
from .project import RESTORE, Project, check_settled, open_project, read_record
from .release import number
from .sources import Record, readable
from .sources.ours import OurTemplates
from .successors import find_successor
from .unfinished import check_finished, recover


@dataclass(frozen=True)
class Update:
    """From which release to which one, and what that means."""

    before: str
    after: str
    outcome: Outcome = field(default_factory=Outcome)
    changelog: list[str] = field(default_factory=list)  # of the releases in between
    undone: str = ""  # what was interrupted before, and undone first
    source: str = "templates"  # what the template is called
    commands: list[str] = field(default_factory=list)  # what to type next

    @property
    def conflicts(self) -> list[Path]:
        """The files, by their paths in the project, that wait for a decision."""
        return self.outcome.conflicts


def update_project(path: Path, to: str | None = None, *, trust: bool = False) -> Update:
    """Update the project that `path` lies in, and leave what changes uncommitted."""
    project = open_project(path)
    with ExitStack() as late, turn(project.top) as folder:
        undone = recover(project, folder)
        change = plan_update(project, to, trust=trust)
        before, after = change.before.release, change.after.release
        if before == after:
            return Update(before, after, undone=undone, source=change.record.source.name)
        check_settled(project)
        with prepare(change) as prepared:
            outcome = carry_out(change, prepared, folder, late)
    return Update(
        before,
        after,
        outcome,
        undone=undone,
        source=change.record.source.name,
        commands=change.commands,
    )


def preview_update(path: Path, to: str | None = None, *, trust: bool = False) -> Update:
    """Return what `update_project` would do; nothing is written."""
    project = open_project(path)
    check_finished(project)
    change = plan_update(project, to, trust=trust)
    before, after = change.before.release, change.after.release
    if before == after:
        return Update(before, after, source=change.record.source.name)
    with prepare(change) as prepared:
        changelog = read_changelog(before, after) if is_ours(change.record) else []
        source = change.record.source.name
        return Update(before, after, describe(project, prepared), changelog, source=source)


def plan_update(project: Project, to: str | None, *, trust: bool) -> Change:
    """Return the change that brings `project` to the release `to`, or to the newest one."""
    record = read_record(project.path, trust=trust)
    before, after = check_release(record), check_target(record, to)
    check_type(record, before, after)
    record.source.check_way(before, after)
    answers = {name: each for name, each in record.answers.items() if not name.startswith("_")}
    name = record.source.name
    change = Change(
        title=f"the update from {name} {readable(before)} to {readable(after)}",
        message=f"Update to {name} {readable(after)}",
        project=project,
        record=record,
        before=Version(before, answers),
        after=Version(after, answers),
    )
    source = record.source
    if not isinstance(source, OurTemplates) or number(after)[0] == 0:
        return change
    if number(before)[0] == 0:
        return to_new_design(change)
    schema = source.schema(after, str(record.answers["project_type"]))
    return replace(change, migrate=partial(migrate_within_one, schema)) if schema else change


def to_new_design(change: Change) -> Change:
    """Return `change` with what the way from 0.x to 1.0 needs, for which the package was rebuilt.

    What is left of the old code would neither run nor pass the checks, and merging it with the new
    one line by line would make neither: it is kept where nothing looks for code.
    """
    major, minor, *_ = number(change.before.release)
    folder = f"kept/v{major}.{minor}"

    def rebuild(path: str) -> str:
        return f"{folder}/{path}" if path.startswith(("src/", "tests/")) else path

    source, project_type = change.record.source, str(change.before.answers["project_type"])
    assert isinstance(source, OurTemplates)
    schema = source.schema(change.after.release, project_type)
    migrate = partial(migrate_to_one, schema) if schema else change.migrate
    drop = (f"{folder}/{{}}").format
    successor = partial(find_successor, str(change.before.answers.get("package", "")))
    return replace(change, drop=drop, rebuild=rebuild, migrate=migrate, successor=successor)


def is_ours(record: Record) -> bool:
    """Tell whether a project was made from the templates that come with mlscaffold."""
    return isinstance(record.source, OurTemplates)


def check_target(record: Record, to: str | None) -> str:
    """Return the release to update to; refuse one that does not exist."""
    if to is None:
        return record.source.newest()
    known = record.source.versions()
    for name in (to, f"v{to}"):
        if name in known:
            return name
    if not is_ours(record):
        return to  # a branch or a commit; its source knows
    listed = ", ".join(known) or record.source.newest()
    raise MlscaffoldError(f"there is no version `{to}`", f"there are: {listed}")


def check_type(record: Record, *releases: str) -> None:
    """Refuse a project of a type that one of the `releases` does not have."""
    wanted = record.answers.get("project_type")
    if isinstance(record.source, OurTemplates):
        for release in releases:
            if wanted not in record.source.types(release):
                raise MlscaffoldError(
                    f"templates {release} have no project type `{wanted}`", RESTORE
                )


def check_release(record: Record) -> str:
    """Return the release that the project was made from; refuse one that does not exist."""
    before, known = record.version, record.source.versions()
    if before in known:
        return before
    if not is_ours(record):  # any commit will do
        if not before or not record.source.newest():
            raise MlscaffoldError(
                "this template has no history, so nobody can tell what changed",
                "put it into a git repository and make the project anew",
            )
        return before
    newest = record.source.newest()
    with suppress(ValueError):
        if number(before) > number(newest):
            raise MlscaffoldError(
                f"the project is at templates {before}, and these are {newest}",
                "upgrade `mlscaffold-cli`",
            )
    raise MlscaffoldError(f"the project is at templates `{before}`, which do not exist", RESTORE)
