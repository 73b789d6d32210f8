"""A change of a project, an update or a part: how two renderings and the project become a plan."""

from __future__ import annotations

import fnmatch
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .create import names_full_disk
from .errors import MlscaffoldError
from .git import GitError, git
from .journal import Journal
from .merge import check_git, merge
from .pairs import Pair, Version, render_pair
from .placement import put_in_place
from .project import Project
from .settlement import Kind, Notice, Plan, Successor, Terms, settle
from .sources import Record
from .sources.ours import OurTemplates
from .texts import FOLDER as TEXTS
from .texts import Text, blocks, fill_blocks, find_stale, find_texts, keep_texts
from .trees import LINK, Entry, Rendered, Scratch, Sides, write_commits

Read = Callable[[str], bytes | None]  # what the newest commit has at a path of the project


def leave(_: Read) -> Mapping[str, bytes | None]:
    """Rewrite nothing: the usual migration."""
    return {}


@dataclass(frozen=True)
class Change:
    """What is to change in a project: what it was rendered from, and what it is to be.

    `migrate` returns the files of the learner that have to be rewritten first, None for one that
    goes away. `drop` says where an edited file goes that the templates have no longer, `successor`
    what has its place in them, if anything, and `rebuild` where one goes that they wrote anew, so
    that merging line by line would make no sense.
    """

    title: str  # what messages call it
    message: str  # the commit message to propose
    project: Project
    record: Record
    before: Version
    after: Version
    whole: bool = False  # whether the files that belong to the learner take part
    drop: Callable[[str], str] = field(default=str)
    successor: Successor = field(default=lambda _path, _wanted: "")
    rebuild: Callable[[str], str] = field(default=str)
    migrate: Callable[[Read], Mapping[str, bytes | None]] = field(default=leave)

    @property
    def commands(self) -> list[str]:
        """What to type afterwards: some files may be new, and the results are stale."""
        again = ["uv run reproduce"] if isinstance(self.record.source, OurTemplates) else []
        return [
            "git add -N . && git diff",
            *again,
            f'git add --all && git commit -m "{self.message}"',
        ]


@dataclass(frozen=True)
class Prepared:
    """A plan, the objects that it names, and what is new in texts that belong to the learner."""

    scratch: Scratch
    plan: Plan
    texts: list[Text]


@dataclass(frozen=True)
class Outcome:
    """What a change means, by paths in the project."""

    changes: dict[Path, str] = field(default_factory=dict)  # each `new`, `changed` or `deleted`
    conflicts: list[Path] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    kept: Path | None = None  # the folder that holds all lines of the long ones of `texts`


@contextmanager
def prepare(change: Change) -> Iterator[Prepared]:
    """Lend the plan for `change`; nothing in the project or its repository changes by that."""
    check_git()
    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
        folder = Path(temporary).resolve()
        with names_full_disk(folder):
            prepared = make_plan(change, folder)
        yield prepared


def make_plan(change: Change, folder: Path) -> Prepared:
    """Return the plan for `change`, its objects in the empty `folder`."""
    project, record = change.project, change.record
    scratch = Scratch(project.top, folder / "objects.git")
    try:
        head = git("rev-parse", f"HEAD:{project.prefix}".rstrip("/"), cwd=project.top)
    except GitError as error:
        raise MlscaffoldError(
            f"`{project.path}` is not committed yet", "`git add --all && git commit`, then repeat"
        ) from error
    tracked = scratch.list_tree(head)

    def read(name: str) -> bytes | None:
        return scratch.read(tracked[name].blob) if name in tracked else None

    versions = (change.before, change.after)
    pair = render_pair(record.source, versions, folder, tracked.keys(), whole=change.whole)
    sides = with_numbers(place_pair(change, pair, tracked), read, project.prefix)
    aside = set_aside(change, sides, read)
    migrated = {name: text for name, text in change.migrate(read).items() if text != read(name)}
    rewritten = {**migrated, **rewrite(aside, sides, read, project.prefix)}
    placed = {project.prefix + name: text for name, text in rewritten.items()}
    commits = write_commits(scratch, sides, placed, head, project.prefix)
    plan = settle(scratch, commits, merge(scratch, commits), terms_of(change))
    plan.notices += [Notice(Kind.REBUILT, name, f"to {place}") for name, place in aside.items()]
    plan.notices += [Notice(Kind.MIGRATED, name) for name in migrated]
    stale = find_stale(*pair.owned, read)
    plan.notices += [Notice(Kind.STALE, name, ", ".join(each)) for name, each in stale.items()]
    return Prepared(scratch, plan, find_texts(*pair.owned, read))


def terms_of(change: Change) -> Terms:
    """Return what the settlement of `change` has to know; its paths are those of the work tree."""
    project, record = change.project, change.record
    return Terms(
        prefix=project.prefix,
        record=project.prefix + record.file,
        label=f"{record.source.name}-{change.after.release}",
        project=project.path,
        drop=lambda path: project.prefix + change.drop(path.removeprefix(project.prefix)),
        successor=change.successor,
    )


def set_aside(change: Change, sides: Sides, read: Read) -> dict[str, str]:
    """Return the edited files that the templates wrote anew, each with the place where it goes."""
    prefix, found = change.project.prefix, {}
    for path, old in sides.base.items():
        name = path.removeprefix(prefix)
        place = change.rebuild(name)
        rebuilt = place != name and sides.wanted.get(path, old) != old and old.mode != LINK
        if rebuilt and read(name) not in (None, old.content):  # reading takes a process of git
            found[name] = place
    return dict(sorted(found.items()))


def rewrite(
    aside: Mapping[str, str], sides: Sides, read: Read, prefix: str
) -> dict[str, bytes | None]:
    """Return what makes the learner's side have each file of `aside` elsewhere, and the old one."""
    moved = {place: read(name) for name, place in aside.items()}
    return {**moved, **{name: sides.base[prefix + name].content for name in aside}}


def describe(project: Project, prepared: Prepared, kept: Path | None = None) -> Outcome:
    """Return what a plan means; `kept` is where the long ones of its texts are, if anywhere."""
    plan = prepared.plan
    changes = {
        project.inside(path): "deleted"
        if entry is None
        else ("changed" if path in plan.known else "new")
        for path, entry in sorted(plan.changes.items())
    }
    conflicts = [project.inside(each) for each in sorted(plan.conflicts)]
    return Outcome(changes, conflicts, plan.notices, prepared.texts, kept)


def place_pair(change: Change, pair: Pair, tracked: Mapping[str, Entry]) -> Sides:
    """Return the trees of both versions, without what a change of this project leaves alone."""
    prefix = change.project.prefix
    base, wanted = (
        {prefix + name: side[name] for name in side if not is_skipped(change, name)}
        for side in (pair.base, pair.wanted)
    )
    # A file that both made on their own has an empty beginning. Without it, git could take the
    # learner's for the new name of another one.
    both = wanted.keys() & {prefix + name for name in tracked} - base.keys()
    base |= {path: Rendered(wanted[path].mode, b"") for path in both if wanted[path].mode != LINK}
    skipped = {name for name in tracked if is_skipped(change, name)}
    shared = {name: tracked[name] for name in pair.alike | skipped}
    return Sides(base, wanted, {prefix + name: entry for name, entry in shared.items()})


def with_numbers(sides: Sides, read: Read, prefix: str) -> Sides:
    """Return the trees with texts whose blocks hold what the project filled in."""
    base, wanted = dict(sides.base), dict(sides.wanted)
    for path in base.keys() & wanted.keys():
        if path.endswith(".md") and base[path] != wanted[path] and blocks(base[path].content):
            mine = read(path.removeprefix(prefix)) or b""
            for side in (base, wanted):
                text = fill_blocks(side[path].content, mine)
                side[path] = Rendered(side[path].mode, text)
    return Sides(base, wanted, sides.shared)


def is_skipped(change: Change, name: str) -> bool:
    """Tell whether the record says that updates leave the file at `name` alone."""
    return any(
        fnmatch.fnmatch(name, pattern) or name.startswith(f"{pattern.rstrip('/')}/")
        for pattern in change.record.skip
    )


def carry_out(change: Change, prepared: Prepared, folder: Path, late: ExitStack) -> Outcome:
    """Put what was planned in place, with the journal in `folder`, and return what it means."""
    project = change.project
    journal = Journal(
        top=project.top,
        folder=folder,
        title=change.title,
        commands=change.commands,
        prefix=project.prefix,
        head=git("rev-parse", "HEAD", cwd=project.top),
    )
    record = project.prefix + change.record.file
    put_in_place(prepared.scratch, prepared.plan, journal, project, record, late)
    return describe(project, prepared, keep_texts(prepared.texts, folder.with_name(TEXTS)))
