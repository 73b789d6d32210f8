"""Random learners: what they do to a project, and what must hold once it is updated.

Every line of the templates and of the learners is unlike every other, so a line that is missing
tells whose it was.
"""

from __future__ import annotations

import datetime
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.release import release
from mlscaffold.settlement import Kind
from mlscaffold.sources.ours import OurTemplates
from mlscaffold.store import open_store
from mlscaffold.unfinished import abort_change
from mlscaffold.update import Update, update_project

Tree = dict[str, bytes]
Versions = Mapping[str, str | bytes | None]

FOLDERS = ["", "deep/", "deep/er/", "notes/", "src/{{ package }}/"]
SUFFIXES = [".txt", ".py", ".py.jinja", ".md.jinja", ".png"]
SIGNER = ("-c", "user.name=Grace", "-c", "user.email=grace@example.org")
LEFT_ALONE = (Kind.DELETED, Kind.IGNORED)  # what the templates changed of these is not there


def random_releases(dice: random.Random) -> tuple[Versions, Versions]:
    """Return the files of a release, and those that change in the next; None removes one."""
    names = [
        f"numbers/{dice.choice(FOLDERS)}f{number}{dice.choice(SUFFIXES)}" for number in range(14)
    ]
    first: dict[str, str | bytes | None] = {name: write(name, dice) for name in names}
    second: dict[str, str | bytes | None] = {}
    for number, name in enumerate(names):
        text, roll = first[name], dice.random()
        if isinstance(text, bytes):
            second |= {name: text + b"theirs\n"} if roll < 0.5 else {}
        elif roll < 0.6:
            second[name] = change(str(text), f"theirs {number}", dice)
        elif roll < 0.7:
            second[name] = None
        elif roll < 0.8:
            folder, _, file = name.rpartition("/")
            moved = change(str(text), f"theirs {number}", dice) if roll < 0.75 else text
            second |= {name: None, f"{folder}/moved_{file}": moved}
    for number in range(3):
        name = f"numbers/{dice.choice(FOLDERS)}new{number}{dice.choice(SUFFIXES[:4])}"
        second[name] = write(name, dice)
    return first, second


def write(name: str, dice: random.Random) -> str | bytes:
    """Return the content of a new file of the templates."""
    if name.endswith(".png"):
        return b"\x89PNG\0" + name.encode() + b"\n"
    if ".py" in name:
        mark = "".join(letter if letter.isalnum() else "_" for letter in name)
        return "\n\n".join(
            f'def {mark}{number}():\n    """{name} {number}."""\n    return "{name} {number}"\n'
            for number in range(dice.randint(2, 8))
        )
    return "".join(f"{name} {number}\n" for number in range(dice.randint(1, 30)))


def change(text: str, word: str, dice: random.Random) -> str:
    """Return `text` with one to three changes that say `word`."""
    lines = text.splitlines(keepends=True)
    for number in range(dice.randint(1, 3)):
        place = dice.randint(0, len(lines))
        mark = "# " if "def " in text else ""
        lines[place : place + dice.randint(0, 2)] = [f"{mark}{word} {number} {dice.random()}\n"]
    return "".join(lines)


@dataclass
class Learner:
    """Somebody who works on `project`, and writes a file where the next release brings one."""

    project: Path
    dice: random.Random
    coming: list[str]
    blocked: float
    count: int = 0

    def line(self) -> str:
        """Return a line that nobody else has written."""
        self.count += 1
        return f"# mine {self.count} {self.dice.random()}\n"

    def live(self) -> None:
        """Do something to some of the files, write files of one's own, and commit."""
        actions: list[Callable[[Path], None]] = [
            *(self.insert, self.insert, self.replace, self.clash, self.cut, self.shuffle),
            *(self.rename, self.move, self.delete, self.reformat, self.end_lines, self.set_mode),
            *(self.overwrite, self.link, self.ignore),
        ]
        for path in sorted(files_below(self.project)):
            if path.name.startswith(".") or self.dice.random() < 0.35:
                continue
            self.dice.choice(actions)(path)
            if self.dice.random() < 0.3 and path.is_file() and not path.is_symlink():
                self.insert(path)
        for name in self.dice.sample(self.coming, min(1, len(self.coming))):
            self.add(self.project / name)
            if self.dice.random() < self.blocked:
                self.ignore(self.project / name)
        for number in range(self.dice.randint(0, 3)):
            self.add(self.project / self.dice.choice(["", "deep/", "own/"]) / f"own{number}.py")
        git("add", "--all", cwd=self.project)
        git(*SIGNER, "commit", "--quiet", "--allow-empty", "--message", "Live", cwd=self.project)

    def lines(self, path: Path) -> list[str]:
        """Return the lines of a text, none of what is no text."""
        content = path.read_bytes()
        return [] if b"\0" in content else content.decode().splitlines(keepends=True)

    def write(self, path: Path, lines: Iterable[str]) -> None:
        """Write lines to a file."""
        path.write_bytes("".join(lines).encode())

    def insert(self, path: Path) -> None:
        """Insert lines somewhere."""
        if lines := self.lines(path):
            place = self.dice.randint(0, len(lines))
            lines[place:place] = [self.line() for _ in range(self.dice.randint(1, 3))]
            self.write(path, lines)

    def replace(self, path: Path) -> None:
        """Replace a line."""
        if lines := self.lines(path):
            lines[self.dice.randrange(len(lines))] = self.line()
            self.write(path, lines)

    def clash(self, path: Path) -> None:
        """Replace most lines, so that whatever the templates change clashes."""
        self.write(path, [self.line() if self.dice.random() < 0.7 else x for x in self.lines(path)])

    def cut(self, path: Path) -> None:
        """Delete lines."""
        if lines := self.lines(path):
            place = self.dice.randrange(len(lines))
            del lines[place : place + self.dice.randint(1, 5)]
            self.write(path, lines)

    def shuffle(self, path: Path) -> None:
        """Move the second half before the first."""
        if lines := self.lines(path):
            middle = len(lines) // 2
            self.write(path, lines[middle:] + lines[:middle])

    def rename(self, path: Path) -> None:
        """Give the file another name."""
        path.rename(path.with_name(f"renamed_{path.name}"))

    def move(self, path: Path) -> None:
        """Move the file to another folder."""
        folder = self.project / "elsewhere"
        folder.mkdir(exist_ok=True)
        path.rename(folder / path.name)

    def delete(self, path: Path) -> None:
        """Delete the file."""
        path.unlink()

    def reformat(self, path: Path) -> None:
        """Write strings with the other quotes, and blank lines at the end."""
        if lines := self.lines(path):
            self.write(path, [line.replace('return "', "return  '") for line in lines] + ["\n"])

    def end_lines(self, path: Path) -> None:
        """End lines as Windows does."""
        self.write(path, [line.replace("\n", "\r\n") for line in self.lines(path)] or [self.line()])

    def set_mode(self, path: Path) -> None:
        """Make the file a program, or stop it being one."""
        path.chmod(path.stat().st_mode ^ 0o111)

    def overwrite(self, path: Path) -> None:
        """Put something else that is no text in its place."""
        path.write_bytes(b"\0" + self.line().encode())

    def link(self, path: Path) -> None:
        """Put a link in its place."""
        path.unlink()
        path.symlink_to(self.line().strip().replace("/", "_"))

    def ignore(self, path: Path) -> None:
        """Keep the file where git does not look."""
        name = path.relative_to(self.project).as_posix()
        with (self.project / ".gitignore").open("a") as ignored:
            ignored.write(f"/{name}\n")
        git("rm", "--quiet", "--cached", "--ignore-unmatch", name, cwd=self.project)

    def add(self, path: Path) -> None:
        """Write a file of one's own."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.write(path, [self.line() for _ in range(self.dice.randint(1, 10))])


def files_below(folder: Path) -> list[Path]:
    """Return every file and link below `folder`, but those of git."""
    return [
        path
        for path in folder.rglob("*")
        if ".git" not in path.relative_to(folder).parts and (path.is_symlink() or path.is_file())
    ]


def read_tree(folder: Path) -> Tree:
    """Return what every file below `folder` holds, and where every link leads."""
    return {
        path.relative_to(folder).as_posix(): b"-> " + str(path.readlink()).encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in files_below(folder)
    }


def everything(project: Path) -> dict[str, object]:
    """Return all that an update can change: files, modes, and git's index."""
    modes = {str(path.relative_to(project)): path.lstat().st_mode for path in files_below(project)}
    index = git("ls-files", "--stage", cwd=project)
    return {**read_tree(project), "the modes": modes, "the index": index}


def lines_of(*trees: Tree) -> set[bytes]:
    """Return the lines of all files, whatever their layout."""
    content = (text for tree in trees for text in tree.values())
    lines = {line.strip() for text in content for line in text.split(b"\n")}
    return {line.replace(b"return  '", b'return "').replace(b"'", b'"') for line in lines}


def check_history(project: Path, base: Tree, wanted: Tree) -> Update | None:
    """Update `project`, and raise an AssertionError where anything is lost or done in silence.

    `base` and `wanted` are what the two releases make of a new project. Return None where the
    update was refused, because a file that git does not know is in the way.
    """
    before, state = read_tree(project), everything(project)
    try:
        result = update_project(project)
    except MlscaffoldError as error:
        if "where you have a file that git ignores" not in error.message:
            raise
        result = None
    if result is None:
        assert everything(project) == state, "a refused update changed something"
        return None
    after = read_tree(project)
    named = {each.path for each in result.outcome.notices}
    unsettled = {str(path) for path in result.conflicts}
    check_learner(before, after, base, wanted)
    check_templates(before, after, base, wanted, result)
    for path in after.keys() - unsettled:
        assert b"<<<<<<< yours" not in after[path], f"markers in {path}, which nobody names"
    for path in base.keys() & wanted.keys() - before.keys():
        assert path not in after, f"{path} came back"
        changed = base[path] != wanted[path]
        followed = {each.detail for each in result.outcome.notices if each.kind is Kind.FOLLOWED}
        assert not changed or path in named | followed | unsettled, f"{path} is not named"
    if unsettled:
        abort_change(project)
        assert everything(project) == state, "not all is as it was before"
    else:
        assert git("ls-files", "--stage", cwd=project) == state["the index"]
    assert not list((project / ".git").glob("mlscaffold*")), "something is left open"
    return result


def check_learner(before: Tree, after: Tree, base: Tree, wanted: Tree) -> None:
    """Raise an AssertionError where a line is gone that the templates did not take away."""
    lost = lines_of(before) - lines_of(after) - (lines_of(base) - lines_of(wanted))
    assert not lost, f"lost: {sorted(lost)}"


def check_templates(before: Tree, after: Tree, base: Tree, wanted: Tree, result: Update) -> None:
    """Raise an AssertionError where something new of the templates is missing, and not named."""
    notices = result.outcome.notices
    left_alone = {each.path for each in notices if each.kind in LEFT_ALONE}
    left_alone |= {str(path) for path in result.conflicts}
    there = lines_of(after)
    for path in wanted.keys() - left_alone:
        missing = lines_of({path: wanted[path]}) - lines_of(base) - there
        assert not missing, f"not there, of {path}: {sorted(missing)}"
    for path in base.keys() - wanted.keys():
        if before.get(path) == base[path] and path not in {each.path for each in notices}:
            assert path not in after, f"{path} is left behind"


MANIFEST = """\
version = "0.{count}.0"

[types.numbers]
summary = "Predict a number"
layers = ["base", "numbers"]
default_dataset = "small"

[parts.page]
summary = "A page to show"
"""
BASE = {
    "copier.yml": """\
_subdirectory: "{{ project_type }}"
_envops:
  undefined: jinja2.StrictUndefined
project_name:
  type: str
  help: Name
  default: small-numbers
package:
  type: str
  help: Package
  default: small_numbers
""",
    "datasets/numbers/small.toml": '[project]\ntitle = "S"\n[data]\nlicence = "CC0"\ndemo = true\n',
    "base/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "base/.gitignore": "*.pyc\n",
    "base/needs.txt.jinja": "numpy\n{% if 'page' in parts %}fastapi\n{% endif %}",
    **{f"parts/page/numbers/page/p{number}.txt": f"page {number}\n" for number in range(5)},
}


@dataclass(frozen=True)
class World:
    """Two random releases, in `bundle`, and a project of the first one that nobody touched."""

    bundle: Path
    project: Path
    base: Tree
    wanted: Tree

    def settle(self, folder: Path, dice: random.Random, *, blocked: float = 0.2) -> Path:
        """Return a copy of the project, in `folder`, in which a learner lived.

        With the probability `blocked`, something that git ignores is in the way of the update.
        """
        project = folder / "small-numbers"
        shutil.copytree(self.project, project, symlinks=True)
        coming = sorted(self.wanted.keys() - self.base.keys())
        Learner(project, dice, coming, blocked).live()
        return project


def make_world(folder: Path, dice: random.Random) -> World:
    """Release random templates into the new `folder`, twice, and make a project of the first."""
    layers, bundle = folder / "layers", folder / "templates.bundle"
    for count, files in enumerate(((*random_releases(dice),)), 1):
        for name, content in {**(BASE if count == 1 else {}), **files}.items():
            path = layers / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (layers / "layers.toml").write_text(MANIFEST.replace("{count}", str(count)))
        release(layers, bundle, folder / "releases.toml", datetime.date(2026, 1, 1))
    ours = OurTemplates(open_store(bundle))
    answers = {"project_type": "numbers", "dataset": "small", "parts": []}
    trees = []
    for tag in ours.versions():
        ours.render(tag, answers, folder / tag, update=True)
        trees.append(read_tree(folder / tag))
    project = folder / "v0.1.0"
    git("init", "--quiet", "--initial-branch=main", "--template=", cwd=project)
    git("add", "--all", cwd=project)
    git(*SIGNER, "commit", "--quiet", "--message", "Start", cwd=project)
    return World(bundle, project, trees[0], trees[1])
