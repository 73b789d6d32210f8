"""The command `status`: where a project stands, and what its learner made of the templates."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .errors import MlscaffoldError
from .git import call, git
from .journal import find_folder, read_journal
from .project import Project, open_project, read_record
from .sources import Record
from .texts import fill_blocks
from .trees import Files, read_file, read_folder


@dataclass(frozen=True)
class Status:
    """Where a project stands; paths are those in the project."""

    path: Path
    source: str
    version: str
    newest: str
    parts: list[str] | None  # None where the template has none
    edits: dict[str, str] = field(default_factory=dict)  # each `changed` or `deleted`
    own: int = 0  # how many files are the learner's alone
    unknown: str = ""  # why the edits are not known
    unfinished: str = ""  # what was begun and did not come to its end
    undecided: dict[str, str] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)  # files with conflict markers

    @property
    def is_in_order(self) -> bool:
        """Tell whether there is nothing to do: no update, no conflict."""
        return self.version == self.newest and not self.unfinished and not self.marked


def find_status(path: Path, *, trust: bool = False) -> Status:
    """Return where the project that `path` lies in stands."""
    project = open_project(path)
    record = read_record(project.path, trust=trust)
    journal = read_journal(project.top, find_folder(project.top))
    edits, own, unknown = find_edits(project, record)
    parts = record.answers.get("parts")
    return Status(
        path=project.path,
        source=record.source.name,
        version=record.version,
        newest=record.source.newest(),
        parts=[str(each) for each in parts] if isinstance(parts, list) else None,
        edits=edits,
        own=own,
        unknown=unknown,
        unfinished=journal.title if journal else "",
        undecided=journal.find_undecided() if journal else {},
        marked=find_marked(project),
    )


def find_edits(project: Project, record: Record) -> tuple[dict[str, str], int, str]:
    """Return what differs from a fresh rendering, how many other files there are, and a problem."""
    try:
        rendered = render(project, record)
    except MlscaffoldError as error:
        return {}, 0, error.message
    edits = {}
    for name, fresh in sorted(rendered.items()):
        place = project.path / name
        if not place.is_symlink() and not place.is_file():
            edits[name] = "deleted"
            continue
        mine, ours = plain(read_file(place).content), plain(fresh.content)
        if mine != ours and mine != fill_blocks(ours, mine):
            edits[name] = "changed"
    listing = git(
        *("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."),
        cwd=project.path,
    )
    own = {name for name in listing.split("\0") if name and (project.path / name).is_file()}
    return edits, len(own - rendered.keys()), ""


def render(project: Project, record: Record) -> Files:
    """Return what a new project with the same answers has."""
    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
        folder = Path(temporary).resolve() / project.path.name
        record.source.render(record.version, record.answers, folder)
        return read_folder(folder)


def plain(content: bytes) -> bytes:
    """Return `content` with the line ends that git stores."""
    return content.replace(b"\r\n", b"\n")


def find_marked(project: Project) -> list[str]:
    """Return the files that hold conflict markers."""
    patterns = ("-e", "^<<<<<<< ", "-e", "^>>>>>>> ")
    options = ("-I", "-l", "-z", "--untracked", "--no-color", "--all-match")
    output = call("grep", *options, *patterns, "--", ".", cwd=project.path, statuses=(0, 1))
    return [name for name in output.decode("utf-8", "surrogateescape").split("\0") if name]
