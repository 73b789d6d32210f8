"""What to do about a change that did not come to its end: undo it, or finish it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .errors import MlscaffoldError
from .interrupts import too_late_to_stop, uninterrupted
from .journal import OPEN, PLACING, Journal, find_folder, head, read_journal
from .placement import turn
from .project import Project, find_top
from .texts import FOLDER as TEXTS
from .texts import forget_texts


class UnfinishedError(MlscaffoldError):
    """Files wait for a decision, so nothing else can begin."""


@dataclass(frozen=True)
class Closed:
    """A change that was undone or finished, what to type next, and where edits are kept."""

    title: str
    commands: list[str]
    saved: list[Path] = field(default_factory=list)
    committed: bool = False


def recover(project: Project, folder: Path) -> str:
    """Undo what was interrupted, and return its title; refuse to go on where conflicts are left."""
    journal = read_journal(project.top, folder)
    if journal is None:
        return ""
    if journal.state == PLACING:
        with uninterrupted():
            journal.undo()
        return journal.title
    undecided = journal.find_undecided()
    if not undecided and head(project.top) != journal.head:
        journal.close()  # the person solved all and committed it, which is just as well
        return ""
    raise unfinished(journal, undecided)


def check_finished(project: Project) -> None:
    """Refuse to go on where anything is unfinished."""
    journal = read_journal(project.top, find_folder(project.top))
    if journal and journal.state == PLACING:
        raise MlscaffoldError(
            f"{journal.title} was interrupted while files changed",
            "`mlscaffold update --abort` brings everything back as it was",
        )
    if journal:
        raise unfinished(journal, journal.find_undecided())


def unfinished(journal: Journal, undecided: dict[str, str]) -> UnfinishedError:
    """Return the error that says what waits, and how to get on."""
    where = f" in `{journal.top / journal.prefix}`" if journal.prefix else ""
    files = "".join(f"\n  {path}: {why}" for path, why in undecided.items())
    return UnfinishedError(
        f"{journal.title} is unfinished{where}{files and f', these files wait for you:{files}'}",
        "edit the files and keep what you want, then `mlscaffold update --continue`;\n"
        "      `mlscaffold update --abort` brings everything back as it was",
    )


def abort_change(path: Path) -> Closed:
    """Undo what is unfinished in the repository that `path` lies in."""
    top = find_top(path)
    with turn(top) as folder:
        journal = begun(top, folder, "nothing to undo")
        committed = head(top) != journal.head
        with too_late_to_stop():
            saved = journal.undo()
            forget_texts(folder.with_name(TEXTS))
    return Closed(journal.title, journal.commands, saved, committed)


def finish_change(path: Path) -> Closed:
    """Declare what is unfinished to be finished; refuse where a decision is still to be made."""
    top = find_top(path)
    with turn(top) as folder:
        journal = begun(top, folder, "nothing to continue")
        if journal.state != OPEN:
            raise MlscaffoldError(
                f"{journal.title} was interrupted while files changed, so it cannot be continued",
                "`mlscaffold update --abort` brings everything back, then begin anew",
            )
        if undecided := journal.find_undecided():
            raise unfinished(journal, undecided)
        if journal.is_taken_back():
            raise MlscaffoldError(
                f"{journal.title} was taken back since, so it cannot be continued",
                "`mlscaffold update --abort` clears away what is left of it, then begin anew",
            )
        with too_late_to_stop():
            journal.finish()
    return Closed(journal.title, journal.commands)


def begun(top: Path, folder: Path, otherwise: str) -> Journal:
    """Return what is unfinished in the work tree `top`, or refuse with the message `otherwise`."""
    journal = read_journal(top, folder)
    if journal is None:
        raise MlscaffoldError(f"there is {otherwise} in `{top}`", "`mlscaffold status` tells more")
    return journal
