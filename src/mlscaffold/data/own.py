"""A person's own data on its way into a project: found, looked at, and put in its place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from filecmp import cmp
from itertools import count
from pathlib import Path

import tomlkit

from ..asking import Ask
from . import settings_file, titles
from .columns import describe
from .fitting import Schema, fit, knows_groups, newest_schema
from .look import make_plan
from .plan import Plan
from .rewriting import epochs, find_rewrites, rewrite_cells
from .sources import Found, find, kept_as, reshaped, rewritten, without_gaps


@dataclass(frozen=True)
class Wish:
    """What the person said about their data."""

    given: str
    kind: str | None = None
    target: str | None = None
    join: str | None = None
    on: str | None = None
    copy: bool = False
    ask: Ask | None = None  # the person, where somebody is there
    only_look: bool = False  # nothing is made: a large file need not be written anew for it


@dataclass
class OwnData:
    """A plan and the files it is about, to be put into a project."""

    plan: Plan
    files: Sequence[Path]  # what the project reads
    origins: Sequence[Path] = ()  # what that was made from
    copy: bool = False
    temporary: list[object] = field(default_factory=list)  # folders that go when this goes

    @property
    def kind(self) -> str:
        """The type of the project."""
        return self.plan.kind

    @property
    def name(self) -> str:
        """A name for the project."""
        words = re.sub(r"[^a-z0-9]+", "-", titles.stem(self.plan).lower()).strip("-")
        words = words if words[:1].isalpha() else f"data-{words}".strip("-")
        return f"{words}-{self.kind}"[:60].strip("-")

    @property
    def title(self) -> str:
        """What the project is about, in words."""
        return str(self.settings()["project"]["title"])

    def settings(self, schema: Schema | None = None) -> tomlkit.TOMLDocument:
        """Return the content of project.toml that templates of this schema read."""
        known = newest_schema(self.kind) if schema is None else schema
        plan = self.plan
        if plan.before and not knows_groups(known):
            split, rule = plan.before
            plan = replace(plan, split=split, rule=rule, window="")
        return fit(settings_file.write(plan), known)

    def put(self, folder: Path) -> None:
        """Write project.toml into a project, and put the data where it looks for them."""
        with self.ready(folder, tomlkit.dumps(self.settings())) as waiting:
            settle(waiting)

    @contextmanager
    def ready(self, folder: Path, text: str) -> Iterator[dict[Path, Path]]:
        """Lend the files for `data/` and project.toml with `text`, each beside its place.

        The files are links, or copies where that was asked for.
        """
        waiting: dict[Path, Path] = {}
        try:
            for path, place, copy in self.places(folder):
                there = place.exists() and (
                    place.samefile(path) or (place.is_file() and cmp(place, path, shallow=False))
                )
                if not there or (copy and place.is_symlink()):
                    new = waiting[place] = beside(place)
                    bring(path, new, copy=copy)
            settings = folder / "project.toml"
            new = waiting[settings] = beside(settings)
            new.write_text(text, encoding="utf-8")
            yield waiting
        finally:
            for new in waiting.values():
                new.unlink(missing_ok=True)

    def places(self, folder: Path) -> Iterator[tuple[Path, Path, bool]]:
        """Yield each file, where it goes in the project, and whether as a copy."""
        for path in self.files:
            made = path not in self.origins and bool(self.plan.data.get("made_from"))
            yield path, folder / "data" / path.name, self.copy or made
        for path, name in zip(self.origins, kept_as(self.origins), strict=True):
            if path not in self.files:
                yield path, folder / "data" / "sources" / name, self.copy


def beside(place: Path) -> Path:
    """Return the name under which what comes to `place` waits until all is there."""
    return place.with_name(f".{place.name}.new")


def settle(waiting: dict[Path, Path]) -> list[Path]:
    """Move what waits to its place; return where data went that lay there before."""
    kept = []
    for place, new in waiting.items():
        if place.name != "project.toml" and place.exists() and not place.is_symlink():
            kept.append(free_name(place))
            place.replace(kept[-1])
        new.replace(place)
    return kept


def free_name(place: Path) -> Path:
    """Return a name beside `place` that nothing has, for what lay there before."""
    names = (f"{place.name}.before{number or ''}" for number in count())
    return next(path for name in names if not (path := place.with_name(name)).exists())


def bring(path: Path, place: Path, *, copy: bool) -> None:
    """Link or copy a file to its place; a link needs no room and says where the file really is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    if not copy:
        with suppress(OSError, NotImplementedError):  # Windows allows links to few
            place.symlink_to(path.resolve())
            return
    shutil.copyfile(path, place)


def look(wish: Wish) -> OwnData:
    """Look at the data that the person named, and decide what they are for."""
    found = find(wish.given, wish.join, wish.on)
    described = describe(found.table)
    if (
        found.table.whole
        and (again := reshaped(found, described[0], wish.target, wish.kind)) is not found
    ):
        found, described = again, describe(again.table)
    if changes := find_rewrites(*described, wish.target):
        if wish.only_look and not found.table.whole:
            rewrite_cells(found.table, changes)
        else:
            found = rewritten(found, changes)
    # To count the values of a wide table once more costs a minute: only where they were changed.
    facts = None if changes else described
    plan = make_plan(found.table, wish.kind, wish.target, wish.ask, facts)
    units = {name: epochs(plan.column(name).epoch) for name in plan.flagged("epoch")}
    if units and plan.kind != "recommender" and (found.table.whole or not wish.only_look):
        found = rewritten(found, units)
        plan = make_plan(found.table, wish.kind, wish.target)
    if not (wish.only_look and not found.table.whole):
        found = complete(found, plan)
    name = found.source.path.name
    said = ", ".join(each.name for each in found.origins[:4]) or name
    said += f" and {len(found.origins) - 4} more files" if len(found.origins) > 4 else ""
    plan.data = {
        "source": name, "sha256": found.table.sha256, "url": found.source.url, "said": said,
        "made_from": found.recipe,
    }  # fmt: skip
    copy = wish.copy or bool(found.source.url)
    return OwnData(plan, [found.source.path], found.origins, copy, [found.folder])


def complete(found: Found, plan: Plan) -> Found:
    """Return the table without rows that no split could place, and tell the plan of it."""
    by = plan.split.by
    if by not in plan.table.names or not plan.column(by).missing:
        return found
    found = without_gaps(found, plan.column(by))
    plan.table = found.table
    return found
