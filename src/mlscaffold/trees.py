"""Trees of files as git sees them: what two template versions make, and what the project is.

They become commits in an object store of their own, from which the repository of the project can
be read: nothing is written to it, and no reference of it moves.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .git import call, git

FOLDER, LINK, PLAIN, EXECUTABLE = "040000", "120000", "100644", "100755"
# Attributes by which git stores something else than the bytes of the file.
CONVERTING = ("filter", "ident", "working-tree-encoding")
SIGNATURE = "committer mlscaffold <templates@mlscaffold.invalid> 0 +0000"


@dataclass(frozen=True)
class Entry:
    """A file in a tree: its mode, and the name of its content."""

    mode: str
    blob: str


@dataclass(frozen=True)
class Rendered:
    """A file that a template made."""

    mode: str
    content: bytes


Files = dict[str, Rendered]
Difference = dict[str, tuple[Entry | None, Entry | None]]  # path -> before and after


def read_folder(folder: Path, prefix: str = "") -> Files:
    """Return every file below `folder`, by its path with `prefix` before it."""
    found = {}
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for path in (Path(place) / name for name in (*names, *links)):
            found[prefix + path.relative_to(folder).as_posix()] = read_file(path)
    return found


def read_file(path: Path) -> Rendered:
    """Return the file or link at `path`."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Rendered(LINK, os.fsencode(path.readlink()))
    return Rendered(EXECUTABLE if mode & stat.S_IXUSR else PLAIN, path.read_bytes())


class Scratch:
    """An object store in the new folder `place`, for the repository with the work tree `top`."""

    def __init__(self, top: Path, place: Path) -> None:
        self.top = top
        self.place = place
        lines = git(
            *("rev-parse", "--git-path", "objects", "--show-object-format"), cwd=top
        ).splitlines()
        options = ("--quiet", "--bare", "--template=", f"--object-format={lines[1]}")
        git("init", *options, place, cwd=top)
        borrowed = place / "objects" / "info" / "alternates"
        borrowed.parent.mkdir(exist_ok=True)
        borrowed.write_text(f"{(top / lines[0]).resolve()}\n", "utf-8", newline="\n")
        self.environment = {"GIT_OBJECT_DIRECTORY": str(place / "objects")}
        self.contents: dict[str, bytes] = {}

    def git(self, *arguments: str | Path, stdin: str = "") -> str:
        """Run a command of git in the repository, which reads and writes objects here."""
        return git(*arguments, cwd=self.top, env=self.environment, stdin=stdin)

    def write(self, content: bytes, path: str = "") -> str:
        """Store `content`, as git would store a file at `path`, and return its name."""
        how = ("--path", path) if path else ("--no-filters",)
        command = ("hash-object", "-w", "--stdin", *how)
        return call(*command, cwd=self.top, env=self.environment, stdin=content).decode().strip()

    def read(self, blob: str) -> bytes:
        """Return the content called `blob`."""
        if blob in self.contents:
            return self.contents[blob]
        return call("cat-file", "blob", blob, cwd=self.top, env=self.environment)

    def fetch(self, blobs: Iterable[str]) -> None:
        """Keep what is called `blobs` for `read`: one process of git is quicker than many."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self.contents]
        if not wanted:
            return
        names = "".join(f"{blob}\n" for blob in wanted).encode()
        command = ("cat-file", "--batch=%(objectsize)")
        output = call(*command, cwd=self.top, env=self.environment, stdin=names)
        place = 0
        for blob in wanted:
            start = output.index(b"\n", place) + 1
            size = output[place:start]
            if size.endswith(b" missing\n"):  # such as the commit of a submodule
                place = start
                continue
            place = start + int(size) + 1
            self.contents[blob] = output[start : place - 1]

    def list_tree(self, tree: str) -> dict[str, Entry]:
        """Return every file of `tree`."""
        lines = self.git("ls-tree", "-r", "-z", "--full-tree", tree).split("\0")
        pairs = (line.split("\t", 1) for line in lines if line)
        return {path: Entry(*entry.split(" ")[::2]) for entry, path in pairs}

    def compare(self, old: str, new: str) -> Difference:
        """Return what differs between two trees."""
        words = self.git("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new)
        fields = iter(words.split("\0")[:-1] if words.endswith("\0") else words.split("\0"))
        found: Difference = {}
        for field in fields:
            if field:
                modes_and_blobs = field.removeprefix(":").split(" ")
                before, after = (Entry(modes_and_blobs[n], modes_and_blobs[n + 2]) for n in (0, 1))
                found[next(fields)] = (known(before), known(after))
        return found

    def renames(self, old: str, new: str) -> dict[str, str]:
        """Return what git takes for renamed between two trees: the new path of each old one."""
        options = ("-r", "-z", "-M", "-l0", "--diff-filter=R", "--name-status")
        fields = [word for word in self.git("diff-tree", *options, old, new).split("\0") if word]
        return dict(zip(fields[1::3], fields[2::3], strict=True))

    def names_of(self, files: Mapping[str, Rendered]) -> dict[str, str]:
        """Return, for those `files` that git stores in another form than theirs, the names."""
        if not files:
            return {}
        paths = "".join(f"{path}\0" for path in files)
        listing = self.git("check-attr", "-z", "--stdin", *CONVERTING, stdin=paths).split("\0")
        values = zip(listing[::3], listing[2::3], strict=False)
        converted = {path for path, value in values if value not in ("unspecified", "unset", "")}
        return {
            path: self.write(file.content, path)
            for path, file in files.items()
            if file.mode != LINK and (path in converted or b"\r\n" in file.content)
        }


def known(entry: Entry) -> Entry | None:
    """Return `entry`, or None where it stands for nothing."""
    return entry if entry.mode.strip("0") else None


@dataclass(frozen=True)
class Commits:
    """What the templates made, what they and the learner made of it, and the newest commit.

    The learner's side and the newest commit differ by what a migration rewrites.
    """

    base: str
    yours: str
    wanted: str
    newest: str


@dataclass(frozen=True)
class Sides:
    """What two versions of a template make, by the path in the work tree.

    `shared` are files of both that are not to change: what the project has stands for them. Without
    them, git could take one for the new name of a file that the learner deleted.
    """

    base: Files
    wanted: Files
    shared: Mapping[str, Entry]


def write_commits(
    scratch: Scratch,
    sides: Sides,
    migrated: Mapping[str, bytes | None],
    head: str,
    prefix: str,
) -> Commits:
    """Store the three trees of a merge, the base as the ancestor of the others.

    `head` names the tree of the project, which lies at `prefix` of the work tree; what is
    `migrated` stands on the learner's side in place of what is there.
    """
    stream = bytearray()
    write_templates(stream, scratch, sides)
    begin(stream, 3, "newest", 1)
    stream += b"deleteall\nM %s %s %s\n" % (
        *(FOLDER.encode(), head.encode()),
        quote(prefix.rstrip("/")) if prefix else b'""',
    )
    begin(stream, 4, "yours", 3)
    rewritten = {path: Rendered(PLAIN, text) for path, text in migrated.items() if text is not None}
    write_files(stream, rewritten, rewritten, {})
    delete_files(stream, migrated.keys() - rewritten.keys())
    stream += b"get-mark :1\nget-mark :4\nget-mark :2\nget-mark :3\ndone\n"
    command = ("fast-import", "--quiet", "--done", "--date-format=raw")
    output = call(f"--git-dir={scratch.place}", *command, cwd=scratch.top, stdin=bytes(stream))
    return Commits(*output.decode().split())


def write_templates(stream: bytearray, scratch: Scratch, sides: Sides) -> None:
    """Write the commits of both versions of the templates to a stream."""
    base, wanted = sides.base, sides.wanted
    old_names, new_names = scratch.names_of(base), scratch.names_of(wanted)
    begin(stream, 1, "base", None)
    for path, entry in sides.shared.items():
        stream += b"M %s %s %s\n" % (entry.mode.encode(), entry.blob.encode(), quote(path))
    write_files(stream, base, base, old_names)
    begin(stream, 2, "wanted", 1)
    delete_files(stream, base.keys() - wanted.keys())
    changed = [path for path in wanted if wanted[path] != base.get(path)]
    write_files(stream, changed, wanted, new_names)


def begin(stream: bytearray, mark: int, name: str, parent: int | None) -> None:
    """Begin a commit in a stream for `git fast-import`."""
    stream += f"commit refs/heads/{name}\nmark :{mark}\n{SIGNATURE}\ndata 0\n".encode()
    if parent:
        stream += f"from :{parent}\n".encode()


def write_files(
    stream: bytearray, paths: Iterable[str], files: Files, names: Mapping[str, str]
) -> None:
    """Write the `files` at `paths` to a stream; those that have `names` are stored already."""
    for path in paths:
        mode = files[path].mode.encode()
        if path in names:
            stream += b"M %s %s %s\n" % (mode, names[path].encode(), quote(path))
        else:
            content = files[path].content
            stream += b"M %s inline %s\ndata %d\n" % (mode, quote(path), len(content))
            stream += content + b"\n"


def delete_files(stream: bytearray, paths: Iterable[str]) -> None:
    """Write to a stream that the files at `paths` are gone."""
    for path in paths:
        stream += b"D %s\n" % quote(path)


def quote(path: str) -> bytes:
    """Return `path` as `git fast-import` reads any path."""
    text = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % text
