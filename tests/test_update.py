"""`mlscaffold update`: the result of `copier update`, however somebody edited the project."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from conftest import LAYERS, commit, create_old_project, files, release_versions, run
from plain_copier import update_plainly
from two_releases import HEAD, PROJECT, TEXT, Files, edit, state, update_by_command

from mlscaffold.changelog import read_changelog
from mlscaffold.git import git
from mlscaffold.settlement import Kind
from mlscaffold.update import update_project

# copier deletes a file that the templates drop, with the edits of it; leaves a file without what is
# new in the templates that the learner renamed; and forgets the edits of one that these renamed.
BETTER = (Kind.DROPPED, Kind.FOLLOWED, Kind.MOVED)


def assert_same_as_copier(
    project: Path, inside: str = ".", but: Collection[str] = ()
) -> dict[str, object]:
    """Update two copies of `project`, one by each tool, and return what both became.

    They may differ in what is named as BETTER, in `but`, and in the labels of conflicts.
    """
    plain = Path(shutil.copytree(project, project.parent / "plain" / project.name, symlinks=True))
    result = update_project(project / inside)
    update_plainly(plain / inside)
    ours, theirs = label_alike(state(project)), label_alike(state(plain))
    names = ours.keys() | theirs.keys()
    different = {name for name in names if ours.get(name) != theirs.get(name)}
    named = {each.path for each in result.outcome.notices if each.kind in BETTER}
    named |= {each.detail for each in result.outcome.notices if each.kind is Kind.MOVED}
    unexpected = {name for name in different if name.removeprefix("index ") not in {*but, *named}}
    assert {name: (ours.get(name), theirs.get(name)) for name in unexpected} == {}
    options = ("--name-only", "--diff-filter=U", "--relative", "-z")
    unmerged = git("diff", *options, cwd=project / inside).split("\0")
    assert {str(path) for path in result.conflicts} == {name for name in unmerged if name}
    return ours


def label_alike(found: dict[str, object]) -> dict[str, object]:
    """Return `found` with the labels of copier's conflicts instead of ours."""
    labels = {b"<<<<<<< yours\n": b"<<<<<<< before updating\n"}
    labels |= {b">>>>>>> templates-v0.2.0\n": b">>>>>>> after updating\n"}
    for name, value in found.items():
        if isinstance(value, tuple):
            content = value[0]
            for ours, theirs in labels.items():
                content = content.replace(ours, theirs)
            found[name] = (content, value[1])
    return found


@pytest.mark.slow
def test_untouched_project_becomes_what_copier_makes_of_it(old_project: Path) -> None:
    became = assert_same_as_copier(old_project)
    assert "tests/new.txt" in became
    assert "tests/removed0.txt" not in became


@pytest.mark.slow
def test_edits_of_every_kind_end_as_copier_leaves_them(old_project: Path) -> None:
    each = [f"{folder}/{kind}" for folder in (PROJECT, "tests") for kind in ("same", "changed")]
    both = [f"{name}0.{suffix}" for name in each for suffix in ("txt", "py")]
    edit(old_project, lambda text: text.replace("line 20\n", "mine\nmine, too\n"), *both)
    clash = [f"{name}1.{suffix}" for name in each for suffix in ("txt", "py")]
    edit(
        old_project, lambda text: text.replace("line 2\n", "mine\n").replace("line 9", "9"), *clash
    )
    for name in each:
        (old_project / f"{name}2.txt").unlink()
        (old_project / f"{name}2.py").chmod(0o755)
        edit(old_project, lambda text: text.replace("\n", "\r\n"), f"{name}3.txt")
        (old_project / f"{name}3.py").rename(old_project / f"{name}3_renamed.py")
    edit(old_project, lambda text: text + "mine\n", "tests/removed1.txt", "tests/renamed.txt")
    edit(old_project, lambda text: text + "mine\n", "tests/dated.txt", "tests/included.txt")
    edit(old_project, lambda text: text.replace("line 2\n", "m\n"), "tests/gr\u00fc\u00dfe.txt")
    edit(old_project, lambda text: text.replace("line 2\n", "m\n"), "tests/with space.txt")
    edit(old_project, lambda text: text + "mine\n", "README.md", "decisions/one.md")
    (old_project / "LICENSE").unlink()
    (old_project / "decisions/two.md").unlink()
    (old_project / "decisions/three.md").unlink()
    (old_project / "tests/run.sh").chmod(0o755)
    (old_project / "tests/both.txt").write_text(TEXT + "mine\n")
    (old_project / "tests/both_alike.txt").write_text(TEXT)
    (old_project / "tests/mine.txt").write_text("mine\n")
    (old_project / "notes/same0.txt").unlink()
    (old_project / "notes/same0.txt").symlink_to("same1.txt")
    shutil.rmtree(old_project / "half_old_folder")
    edit(old_project, lambda text: text + "/outputs/\n", ".gitignore")
    commit(old_project, "Edit")
    (old_project / "outputs").mkdir()
    (old_project / "outputs/mine").write_text("ignored")

    crlf = {f"{folder}/changed3.txt" for folder in (PROJECT, "tests")}
    renamed = {f"{folder}/changed3_renamed.py" for folder in (PROJECT, "tests")}
    dropped = {"tests/renamed.txt", "tests/removed1.txt"}
    became = assert_same_as_copier(old_project, but=crlf)
    now = files(old_project)
    for name in crlf:  # copier puts the whole file into a conflict
        assert now[name].decode() == HEAD.replace("\n", "\r\n")
    for name in renamed:  # copier leaves it behind
        assert "line two, The author\n" in now[name].decode()
    for name in dropped:  # copier deletes it, with the edit
        assert now[name].endswith(b"mine\n")
    assert "<<<<<<< yours" in now["tests/changed1.txt"].decode()
    assert files(old_project)["README.md"].decode().endswith("mine\n")
    assert files(old_project)["decisions/one.md"].decode() == TEXT + "mine\n"
    assert files(old_project)["tests/changed0.txt"].decode().count("mine") == 2
    gone = {"LICENSE", "decisions/two.md", "decisions/three.md", "decisions/four.md"}
    assert not gone & became.keys()


@pytest.mark.slow
def test_project_in_a_folder_of_a_repository_is_updated_from_below_it(old_project: Path) -> None:
    monorepo = old_project.parent / "mono"
    shutil.rmtree(old_project / ".git")
    monorepo.mkdir()
    old_project.rename(monorepo / "small-numbers")
    (monorepo / "other").mkdir()
    (monorepo / "other/file.txt").write_text(TEXT)
    (monorepo / ".gitattributes").write_text("*.txt text\n")
    run("git", "init", "--quiet", cwd=monorepo)
    inside = monorepo / "small-numbers"
    edit(inside, lambda text: text.replace("line 2\n", "mine\n"), "tests/changed0.txt")
    commit(monorepo, "Start")
    (monorepo / "other/file.txt").write_text("not committed")
    assert_same_as_copier(monorepo, "small-numbers")
    assert git("diff", "--name-only", "--diff-filter=U", cwd=monorepo) == (
        "small-numbers/tests/changed0.txt"
    )


def test_changed_answers_are_rendered_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that the new release refuses gives way to the default, in every file."""
    questions = str(LAYERS["copier.yml"])
    stricter = questions.replace("year < 1900", "year < 2030").replace(
        "default: 2026", "default: 2031"
    )
    asked = stricter + "\ncolour:\n  type: str\n  default: blue\n"
    dated = {"numbers/dated.txt.jinja": "{{ year }}\n"}
    coloured = {"numbers/coloured.txt.jinja": "{{ colour }}\n"}
    bundle = release_versions(tmp_path, dated, {"copier.yml": asked, **coloured})
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    assert_same_as_copier(project)
    assert files(project)["dated.txt"] == b"2031\n"
    assert files(project)["coloured.txt"] == b"blue\n"


@pytest.mark.slow
@pytest.mark.parametrize("old", [True, False])
def test_files_that_a_release_excludes_are_left_alone(
    old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Files = {"copier.yml": "_exclude: [skipped.txt]\n" + str(LAYERS["copier.yml"])}
    plain: Files = {"copier.yml": LAYERS["copier.yml"]}
    first: Files = {"numbers/skipped.txt": "one\n", "numbers/kept.txt": "{{ dataset }}\n"}
    pair = (first, settings) if old else ({**first, **settings}, plain)
    bundle = release_versions(tmp_path, *pair)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    (project / "skipped.txt").unlink(missing_ok=True)
    commit(project, "Delete")
    assert_same_as_copier(project)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_random_edits_of_random_releases_end_as_copier_leaves_them(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    first, second = random_releases(dice)
    bundle = release_versions(tmp_path, first, second)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    for path in sorted(project.rglob("*.*")):
        if ".git" not in path.parts and path.is_file() and not path.name.startswith("."):
            edit_randomly(path, dice)
    (project / "x.txt").write_text(random_text(dice))
    commit(project, "Edit")
    assert_same_as_copier(project)


def random_text(dice: random.Random) -> str:
    words = ["{{ package }}", "{{ author }}", "{{ dataset }}", "{{ year }}", "plain", "more", ""]
    return "".join(f"{dice.choice(words)} {dice.randint(1, 9)}\n" for _ in range(40))


def change_randomly(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(dice.randint(1, 3)):
        place = dice.randint(0, len(lines) - 1) if lines else 0
        lines[place : place + dice.randint(0, 3)] = [f"changed {dice.random()}\n"] * dice.randint(
            0, 2
        )
    return "".join(lines)


def random_releases(dice: random.Random) -> tuple[Files, Files]:
    folders = ["numbers", "numbers/src/{{ package }}", "numbers/a", "numbers/a/b", "base/c"]
    suffixes = [".txt", ".py.jinja", ".md.jinja"]
    first: dict[str, str | bytes | None] = {
        f"{dice.choice(folders)}/f{number}{dice.choice(suffixes)}": random_text(dice)
        for number in range(30)
    }
    second: dict[str, str | bytes | None] = {}
    for name, text in first.items():
        roll = dice.random()
        if roll < 0.25:
            second[name] = change_randomly(str(text), dice)
        elif roll < 0.35:
            second[name] = None
        elif roll < 0.4:
            second[name] = None
            second[name.replace("/f", "/moved")] = text
    second["numbers/x.txt"] = random_text(dice)
    if dice.random() < 0.5:
        second["copier.yml"] = str(LAYERS["copier.yml"]).replace("The author", "Nobody")
    return first, second


def edit_randomly(path: Path, dice: random.Random) -> None:
    roll = dice.random()
    if roll < 0.4:
        path.write_text(change_randomly(path.read_text(), dice))
    elif roll < 0.5:
        path.unlink()
    elif roll < 0.55:
        path.rename(path.with_name(f"renamed_{path.name}"))
    elif roll < 0.6:
        path.chmod(0o755)


def test_what_copier_would_lose_survives(old_project: Path) -> None:
    """copier deletes a file that git ignores, and takes back an edit of a binary file."""
    (old_project / "picture.png").write_bytes(b"mine\0")
    run("git", "rm", "--quiet", "--cached", "tests/changed0.txt", cwd=old_project)
    edit(old_project, lambda text: text + "/tests/changed0.txt\n", ".gitignore")
    commit(old_project, "Ignore")
    update_project(old_project)
    assert (old_project / "tests/changed0.txt").read_text() == TEXT
    assert (old_project / "picture.png").read_bytes() == b"mine\0"


def test_project_at_the_newest_release_is_left_alone_without_copier(
    old_project: Path, two_releases: Path
) -> None:
    result = update_project(old_project)
    assert (result.before, result.after, result.conflicts) == ("v0.1.0", "v0.2.0", [])
    before = state(old_project)
    code = (
        "import sys; from pathlib import Path; import mlscaffold.store as store;"
        "store.BUNDLE = Path(sys.argv[2]); from mlscaffold.update import update_project;"
        "result = update_project(Path(sys.argv[1])); print(result.before, result.after);"
        "print('copier' in sys.modules)"
    )
    assert run(sys.executable, "-c", code, old_project, two_releases).split() == [
        "v0.2.0",
        "v0.2.0",
        "False",
    ]
    assert state(old_project) == before


def test_settings_about_transport_do_not_matter(
    old_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https:ssh")
    run("git", "config", "--global", "protocol.file.allow", "never", cwd=old_project)
    assert update_project(old_project).after == "v0.2.0"


@pytest.mark.slow
def test_detached_head_and_nobody_s_name_do_not_matter(
    old_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("git", "checkout", "--quiet", "--detach", cwd=old_project)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    head = git("rev-parse", "HEAD", cwd=old_project)
    assert update_project(old_project).after == "v0.2.0"
    assert git("rev-parse", "HEAD", cwd=old_project) == head
    assert git("diff", "--cached", cwd=old_project) == ""


@pytest.mark.slow
def test_git_hook_can_update(old_project: Path, two_releases: Path, tmp_path: Path) -> None:
    """A hook inherits variables that name the repository it runs for."""
    pushed = tmp_path / "pushed"
    run("git", "init", "--quiet", pushed)
    hook = pushed / ".git/hooks/pre-commit"
    python, _, code = update_by_command(two_releases)
    hook.write_text(f"#!/bin/sh\ncd '{old_project}' && exec '{python}' -c \"{code}\"\n")
    hook.chmod(0o755)
    (pushed / "a").write_text("a")
    commit(pushed, "Run the hook")
    assert (old_project / "tests/new.txt").exists()
    assert git("ls-files", cwd=pushed) == "a"


def test_preview_shows_the_changelog_of_the_releases_in_between() -> None:
    lines = read_changelog("v0.1.1", "v0.3.0")
    assert [line for line in lines if line.startswith("### ")] == [
        "### [0.3.0] - 2026-11-25",
        "### [0.2.0] - 2026-11-23",
    ]
    assert read_changelog("v0.3.0", "v0.3.0") == []
