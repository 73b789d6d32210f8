"""`mlscaffold update` makes what plain `copier update` makes, wherever that loses nothing.

A learner does to a project of every release and type what learners do, each to a file of its own;
then both tools update it. Where they differ, the test says why ours is right. The README lists it.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from conftest import PARTS, Command, commit, create_old_project, release_versions, run
from plain_copier import update_plainly
from released import PAIRS, Releases

from mlscaffold.definitions import defined_twice
from mlscaffold.git import git
from mlscaffold.settlement import Kind
from mlscaffold.store import URL
from mlscaffold.update import Update, update_project

TAGS = list(dict.fromkeys(tag for tag, _ in PAIRS))
Step = tuple[str, str, str]  # from which release, of which type, to which release


def list_steps() -> list[Step]:
    """Return updates to the last release of the same major number.

    From the oldest release of every type, and of one type in turn from the others: what the tools
    do depends on the kind of a file, and all types have files of all kinds.
    """
    steps, majors = list[Step](), {tag: tag.split(".")[0] for tag in TAGS}
    last, seen = {major: tag for tag, major in majors.items()}, set[tuple[str, str]]()
    for number, tag in enumerate(TAGS):
        kinds = sorted(kind for each, kind in PAIRS if each == tag)
        first = [kind for kind in kinds if (majors[tag], kind) not in seen]
        seen |= {(majors[tag], kind) for kind in kinds}
        chosen = first or [kinds[number % len(kinds)]]
        steps += [(tag, kind, last[majors[tag]]) for kind in chosen if tag != last[majors[tag]]]
    return steps


def list_leaps() -> list[Step]:
    """Return the updates from 0.x to the newest release, whose package is another one."""
    return [(tag, kind, TAGS[-1]) for tag, kind in PAIRS if tag.startswith("v0.")]


def first_of_each_type(steps: list[Step]) -> list[Step]:
    """Return the step from the oldest release of every type."""
    return list({kind: (tag, kind, target) for tag, kind, target in reversed(steps)}.values())


LABELS = re.compile(rb"^(<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|) .*$", re.MULTILINE)
OWN = "\n\ndef my_own(values: list[float]) -> float:\n    return max(values) - min(values)\n"

Tree = dict[str, tuple[str, bytes]]  # path -> kind or mode, and content


def read_tree(folder: Path) -> Tree:
    """Return all files of a project, with what a conflict calls its sides left out."""
    found = {}
    for place, folders, names in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for path in (Path(place) / name for name in names):
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                found[relative] = ("link", os.fsencode(path.readlink()))
            else:
                mode = "x" if os.access(path, os.X_OK) else "-"
                found[relative] = (mode, LABELS.sub(rb"\1", path.read_bytes()))
    return found


@dataclass
class Learner:
    """Somebody who works on a project, and remembers what was done to which file."""

    project: Path
    fresh: Tree  # what the newest release makes of the same answers
    done: dict[str, str] = field(default_factory=dict)  # what was done -> the path

    def __post_init__(self) -> None:
        self.old = read_tree(self.project)
        files = [path for path in self.old if path.endswith(".py")]
        self.changed = [
            path for path in files if self.fresh.get(path) not in (None, self.old[path])
        ]
        self.dropped = [path for path in files if path not in self.fresh]
        self.alike = [path for path in files if self.fresh.get(path) == self.old[path]]

    def edit(self, what: str, paths: list[str], change: Callable[[str], str]) -> None:
        """Change the next one of `paths`, where there is one left."""
        if paths:
            path = self.project / paths.pop(0)
            self.done[what] = path.relative_to(self.project).as_posix()
            text = change(path.read_bytes().decode())
            path.write_bytes(text.encode())

    def clash(self, what: str, paths: list[str]) -> None:
        """Edit the lines that the templates change as well, of the next one of `paths`."""
        for path in paths:
            new = self.fresh[path][1].decode().splitlines()
            if any(line not in new for line in self.old[path][1].decode().splitlines()):
                paths.remove(path)
                self.edit(what, [path], partial(mark_lines, new=new))
                return

    def delete(self, what: str, paths: list[str]) -> None:
        """Delete the next one of `paths`, where there is one left."""
        if paths:
            self.done[what] = paths.pop(0)
            (self.project / self.done[what]).unlink()

    def rename(self, what: str, paths: list[str]) -> None:
        """Rename the next one of `paths`, where there is one left."""
        if paths:
            old = self.project / paths.pop(0)
            new = old.with_name(f"my_{old.name}")
            old.rename(new)
            self.done[what] = old.relative_to(self.project).as_posix()
            self.done[f"{what} to"] = new.relative_to(self.project).as_posix()

    def ignore(self, what: str, paths: list[str]) -> None:
        """Take the next one of `paths` out of git, but keep it."""
        if paths:
            self.edit(what, paths, lambda text: text + OWN)
            with (self.project / ".gitignore").open("a") as file:
                file.write(f"/{self.done[what]}\n")
            git("rm", "--quiet", "--cached", self.done[what], cwd=self.project)

    def work(self) -> None:
        """Do it all."""
        changed, alike, dropped = list(self.changed), list(self.alike), list(self.dropped)
        self.edit("line ends of Windows", changed, lambda text: (text + OWN).replace("\n", "\r\n"))
        self.clash("same lines edited", changed)
        self.ignore("ignored", changed)
        self.delete("deleted", changed)
        self.rename("renamed", changed)
        self.edit("comment added", changed, lambda text: f"# mine\n{text}")
        for number, _ in enumerate(list(changed)):
            change = (add_import, lambda text: text + OWN)[number % 2]
            self.edit(f"{number}: import or function added", changed, change)
        self.edit("unchanged file edited", alike, lambda text: text + OWN)
        self.delete("unchanged file deleted", alike)
        self.rename("unchanged file renamed", alike)
        self.edit("dropped file edited", dropped, lambda text: text + OWN)
        self.edit("own words", ["README.md"], lambda text: f"{text}My words\n")
        self.edit("own question", ["project.toml"], lambda text: f"{text}# mine\n")
        (self.project / "notes.md").write_text("Mine\n")
        (self.project / "picture.png").write_bytes(bytes(range(256)))
        (self.project / "run.sh").write_text("#!/bin/sh\n")
        (self.project / "run.sh").chmod(0o755)
        (self.project / "latest").symlink_to("notes.md")


def mark_lines(text: str, new: list[str]) -> str:
    """Mark the lines of `text` that are not among the `new` ones."""
    lines = text.splitlines()
    return "".join(f"{line}{'' if line in new else '  # mine'}\n" for line in lines)


def add_import(text: str) -> str:
    """Add an import after the last one."""
    imports = [
        node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    lines = text.splitlines(keepends=True)
    end = imports[-1].end_lineno if imports else 0
    return "".join([*lines[:end], "import colorsys\n", *lines[end:]])


@dataclass(frozen=True)
class Outcome:
    """What a project was before, and what both tools made of it."""

    before: Tree
    ours: Tree
    copiers: Tree
    fresh: Tree
    update: Update
    done: dict[str, str]

    def differences(self) -> set[str]:
        """Return the paths of what differs."""
        paths = self.ours.keys() | self.copiers.keys()
        return {path for path in paths if self.ours.get(path) != self.copiers.get(path)}

    def named(self, *kinds: Kind) -> set[str]:
        """Return the paths that the update named for one of these reasons, or for any."""
        return {
            path
            for notice in self.update.outcome.notices
            if not kinds or notice.kind in kinds
            for path in (notice.path, notice.detail)
        }


def update_both(step: Step, folder: Path, releases: Releases, *, work: bool) -> Outcome:
    """Return what both tools make of a project, after somebody's work on it or without."""
    tag, kind, target = step
    project = releases.make(tag, kind, folder)
    learner = Learner(project, read_tree(releases.make(target, kind, folder / "fresh")))
    if work:
        learner.work()
        commit(project, "Mine")
    before = read_tree(project)
    other = Path(shutil.copytree(project, folder / "copier" / project.name, symlinks=True))
    update_plainly(other, target)
    update = update_project(project, target)
    return Outcome(
        before, read_tree(project), read_tree(other), learner.fresh, update, learner.done
    )


@pytest.fixture(scope="module")
def known() -> dict[Step, Outcome]:
    """What was found already: both tools take their time."""
    return {}


@pytest.fixture(params=list_steps(), ids=" ".join)
def outcome(
    request: pytest.FixtureRequest,
    known: dict[Step, Outcome],
    releases: Releases,
    tmp_path: Path,
) -> Outcome:
    """What both tools make of a project that somebody worked on."""
    if request.param not in known:
        known[request.param] = update_both(request.param, tmp_path, releases, work=True)
    return known[request.param]


@pytest.mark.slow
@pytest.mark.parametrize("step", first_of_each_type(list_steps()), ids=" ".join)
def test_project_that_nobody_touched_becomes_what_copier_makes(
    step: Step, releases: Releases, tmp_path: Path
) -> None:
    outcome = update_both(step, tmp_path, releases, work=False)
    assert (outcome.update.conflicts, outcome.named()) == ([], set())
    assert outcome.differences() == set()


@pytest.mark.slow
@pytest.mark.parametrize("step", first_of_each_type(list_leaps()), ids=" ".join)
def test_the_way_to_another_design_is_copiers_but_for_the_settings(
    step: Step, releases: Releases, tmp_path: Path
) -> None:
    """Ours have the keys of the new design; test_template_updates says what becomes of edits."""
    outcome = update_both(step, tmp_path, releases, work=False)
    assert outcome.update.conflicts == []
    assert outcome.differences() == {"project.toml"}


@pytest.mark.slow
def test_every_difference_from_copier_is_named(outcome: Outcome) -> None:
    assert outcome.differences() <= outcome.named()


@pytest.mark.slow
def test_conflicts_are_copiers_but_for_what_merges_by_definition(outcome: Outcome) -> None:
    ours, copiers = (conflicts(tree) for tree in (outcome.ours, outcome.copiers))
    assert ours == {path.as_posix() for path in outcome.update.conflicts}
    assert copiers - ours <= outcome.named(Kind.DEFINITIONS)
    assert ours - copiers <= outcome.named(Kind.FOLLOWED, Kind.MOVED)
    if path := outcome.done.get("same lines edited"):
        assert path in ours


@pytest.mark.slow
def test_ignored_file_stays_where_copier_overwrites_it(outcome: Outcome) -> None:
    if path := outcome.done.get("ignored"):
        assert outcome.ours[path] == outcome.before[path]
        assert OWN.encode() not in outcome.copiers[path][1]


@pytest.mark.slow
def test_edited_file_that_the_templates_drop_stays_where_copier_deletes_it(
    outcome: Outcome,
) -> None:
    if path := outcome.done.get("dropped file edited"):
        kept = outcome.named(Kind.DROPPED, Kind.KEPT, Kind.MOVED)
        assert path in kept
        assert any(OWN.encode() in outcome.ours[each][1] for each in kept & outcome.ours.keys())
        assert path not in outcome.copiers


@pytest.mark.slow
def test_renamed_file_gets_the_change_that_copier_leaves_out(outcome: Outcome) -> None:
    if old := outcome.done.get("renamed"):
        new = outcome.done["renamed to"]
        assert outcome.ours[new] == outcome.fresh[old]
        assert outcome.copiers[new] == outcome.before[new]


@pytest.mark.slow
def test_file_merged_by_definition_holds_what_both_sides_did(outcome: Outcome) -> None:
    for path in outcome.named(Kind.DEFINITIONS) - {""}:
        text, fresh = outcome.ours[path][1].decode(), outcome.fresh[path][1].decode()
        assert "my_own" in text or "import colorsys" in text or "# mine" in text
        assert set(defined_twice(text)) <= set(defined_twice(fresh))
        assert definitions(fresh) <= definitions(text)


@pytest.mark.slow
def test_other_line_ends_are_merged_where_copier_sees_a_conflict(
    releases: Releases, tmp_path: Path
) -> None:
    tag, kind, target = list_steps()[0]
    project = releases.make(tag, kind, tmp_path)
    fresh = read_tree(releases.make(target, kind, tmp_path / "fresh"))
    learner = Learner(project, fresh)
    (project / ".gitattributes").unlink()  # with it, git stores the line ends of the templates
    commit(project, "Mine")
    learner.edit("", learner.changed, lambda text: text.replace("\n", "\r\n"))
    commit(project, "Mine")
    other = Path(shutil.copytree(project, tmp_path / "copier" / project.name, symlinks=True))
    update_plainly(other, target)
    update_project(project, target)
    path = learner.done[""]
    assert read_tree(project)[path][1] == fresh[path][1].replace(b"\n", b"\r\n")
    assert path in conflicts(read_tree(other))


@pytest.mark.slow
def test_edited_file_of_a_removed_part_stays_where_copier_deletes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlscaffold: Command
) -> None:
    bundle = release_versions(tmp_path / "releases", PARTS)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers", parts=["page"])
    app = project / "src" / "small_numbers" / "page" / "app.py"
    app.write_text(app.read_text() + OWN)
    commit(project, "Mine")
    other = copy_for_copier(project, bundle)
    run("copier", "update", "--defaults", "--quiet", "--data", "parts=[]", cwd=other)
    assert not (other / app.relative_to(project)).exists()
    assert mlscaffold("remove", "page", "--project", project).status == 0
    assert app.read_text().endswith(OWN)


@pytest.mark.slow
def test_edited_binary_file_stays_where_copier_takes_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {"base/picture.png": bytes(range(256))}
    bundle = release_versions(tmp_path / "releases", first, {"base/new.txt": "new\n"})
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    (project / "picture.png").write_bytes(b"\0mine")
    commit(project, "Mine")
    other = copy_for_copier(project, bundle)
    run("copier", "update", "--defaults", "--quiet", cwd=other)
    assert (other / "picture.png").read_bytes() == first["base/picture.png"]
    assert update_project(project).after == "v0.2.0"
    assert (project / "picture.png").read_bytes() == b"\0mine"


def copy_for_copier(project: Path, bundle: Path) -> Path:
    """Return a copy of `project` in which plain copier finds the templates of `bundle`."""
    place = project.parent / "copier"
    git("clone", "--quiet", bundle, place / "template")
    copy = Path(shutil.copytree(project, place / project.name))
    answers = copy / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(URL, str(place / "template")))
    commit(copy, "Mine")
    return copy


@pytest.mark.slow
def test_no_line_of_the_learner_is_lost(outcome: Outcome) -> None:
    marks = ("my_own", "colorsys", "# mine", "My words")
    after = b"\n".join(content for _, content in outcome.ours.values()).decode(errors="replace")
    for _, content in outcome.before.values():
        lines = content.decode(errors="replace").splitlines()
        own = [line for line in lines if any(mark in line for mark in marks)]
        assert all(line in after for line in own)


def conflicts(tree: Tree) -> set[str]:
    """Return the paths of the files with a conflict."""
    return {path for path, (_, content) in tree.items() if b"\n<<<<<<<" in b"\n" + content}


def definitions(text: str) -> set[str]:
    """Return the code of every function and class, with its comments left out."""
    kinds = ast.FunctionDef | ast.ClassDef
    return {ast.unparse(node) for node in ast.parse(text).body if isinstance(node, kinds)}
