"""`mlscaffold update`: the result of `copier update`, and nothing touched when it fails."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import LAYERS, Command, commit, create_old_project, files, release_versions, run

from mlscaffold.changelog import read_changelog
from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.settlement import Kind
from mlscaffold.store import open_store
from mlscaffold.unfinished import abort_change
from mlscaffold.update import update_project

Files = Mapping[str, str | bytes | None]

TEXT = "".join(f"line {number}\n" for number in range(1, 31))
LONG = "".join(f"long {number}\n" for number in range(1, 61))
HEAD = TEXT.replace("line 2\n", "line two, from upstream\n")
LEARNER_OWNED = """\
_exclude:
  - "{% if _copier_operation == 'update' %}/README.md{% endif %}"
  - "{% if _copier_operation == 'update' %}/LICENSE{% endif %}"
  - "{% if _copier_operation == 'update' %}/decisions/{% endif %}"
"""
PROJECT = "src/small_numbers"

# What the first release holds beside LAYERS. The names say what upstream does to the file.
FIRST: Files = {
    "copier.yml": LEARNER_OWNED + str(LAYERS["copier.yml"]),
    "numbers/.gitignore": "/data/\n*.rej\n/kept.bin\n",
    "numbers/.gitattributes": "*.py text eol=lf\n",
    **{
        f"numbers/{folder}/{kind}{number}.{suffix}": text
        for folder in ("src/{{ package }}", "tests", "notes")
        for kind in ("same", "changed", "removed")
        for number in range(4)
        for suffix, text in (
            ("txt", TEXT),
            ("py.jinja", "# {{ project_name }} by {{ author | upper }}\n" + TEXT),
        )
    },
    "numbers/tests/dated.txt.jinja": "{{ _copier_answers._commit }}\n" + TEXT,
    "numbers/tests/included.txt.jinja": LAYERS["base/README.md.jinja"],
    "numbers/tests/renamed.txt": TEXT,
    "numbers/tests/run.sh": "#!/bin/sh\n",
    "numbers/tests/gr\u00fc\u00dfe.txt": TEXT,
    "numbers/tests/with space.txt": TEXT,
    "numbers/decisions/one.md": TEXT,
    "numbers/decisions/two.md": TEXT,
    "numbers/decisions/three.md": TEXT,
    "numbers/picture.png": b"\x89PNG\0",
    "numbers/old_folder/a.txt": TEXT,
    "numbers/half_old_folder/a.txt": TEXT,
    "numbers/half_old_folder/b.txt": TEXT,
}
SECOND: Files = {
    **{name: HEAD for name in FIRST if "/changed" in name and name.endswith(".txt")},
    **{
        name: str(text).replace("line 2\n", "line two, {{ author }}\n")
        for name, text in FIRST.items()
        if "/changed" in name and name.endswith(".jinja")
    },
    **{name: None for name in FIRST if "/removed" in name},
    "datasets/numbers/small.toml": str(LAYERS["datasets/numbers/small.toml"]).replace("CC0", "MIT"),
    "base/README.md.jinja": "# upstream\n",
    "base/LICENSE.jinja": "upstream\n",
    "numbers/tests/renamed.txt": None,
    "numbers/tests/renamed_to.txt": TEXT,
    "numbers/tests/new.txt": TEXT,
    "numbers/tests/both.txt": TEXT + "upstream\n",
    "numbers/tests/both_alike.txt": TEXT,
    "numbers/tests/gr\u00fc\u00dfe.txt": HEAD,
    "numbers/tests/with space.txt": HEAD,
    "numbers/new_folder/a.txt": TEXT,
    "numbers/data/ignored.txt": TEXT,
    "numbers/decisions/one.md": HEAD,
    "numbers/decisions/two.md": TEXT + LONG,
    "numbers/decisions/four.md": TEXT,
    "numbers/old_folder/a.txt": None,
    "numbers/half_old_folder/a.txt": None,
}


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases that differ in all the ways that a file can differ."""
    return release_versions(tmp_path_factory.mktemp("releases"), FIRST, SECOND)


@pytest.fixture(scope="session")
def old_project(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the first release."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        cache = tmp_path_factory.mktemp("update-cache")
        monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(cache))
        return create_old_project(bundle, tmp_path_factory.mktemp("old") / "small-numbers")


@pytest.fixture
def project(
    bundle: Path, old_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of it, to change and update."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    return Path(shutil.copytree(old_project, tmp_path / "small-numbers", symlinks=True))


def state(project: Path) -> dict[str, object]:
    """Return all that an update may change: files, modes, and what git's index says of them."""
    found: dict[str, object] = {}
    for name in (each for each in project.rglob("*") if ".git" not in each.parts):
        if name.is_symlink():
            found[str(name.relative_to(project))] = name.readlink()
        elif name.is_file():
            executable = bool(name.stat().st_mode & 0o100)
            found[str(name.relative_to(project))] = (name.read_bytes(), executable)
    for line in git("ls-files", "--stage", "-z", cwd=project).split("\0")[:-1]:
        entry, _, path = line.partition("\t")
        found[f"index {path}"] = f"{found.get(f'index {path}', '')}{entry}, "
    return found


@contextmanager
def instead_of_the_helper(repository: Path) -> Iterator[None]:
    """Make copier, in this process, take the template from `repository`."""
    from plumbum import local

    variables = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
        "GIT_CONFIG_VALUE_0": "mlscaffold://templates",
        "COPIER_CACHE_DIR": str(repository.parent / "copier"),
    }
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with local.env(**variables):
            yield


def update_plainly(project: Path) -> None:
    """Do what `copier update --defaults` does."""
    from copier import run_update

    with instead_of_the_helper(open_store().repository):
        run_update(project, defaults=True, overwrite=True, quiet=True)


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


def edit(project: Path, change: Callable[[str], str], *names: str) -> None:
    for name in names:
        path = project / name
        path.write_bytes(change(path.read_bytes().decode()).encode())


@pytest.mark.slow
def test_untouched_project_becomes_what_copier_makes_of_it(project: Path) -> None:
    became = assert_same_as_copier(project)
    assert "tests/new.txt" in became
    assert "tests/removed0.txt" not in became


def test_edits_of_every_kind_end_as_copier_leaves_them(project: Path) -> None:
    each = [f"{folder}/{kind}" for folder in (PROJECT, "tests") for kind in ("same", "changed")]
    both = [f"{name}0.{suffix}" for name in each for suffix in ("txt", "py")]
    edit(project, lambda text: text.replace("line 20\n", "mine\nmine, too\n"), *both)
    clash = [f"{name}1.{suffix}" for name in each for suffix in ("txt", "py")]
    edit(project, lambda text: text.replace("line 2\n", "mine\n").replace("line 9", "9"), *clash)
    for name in each:
        (project / f"{name}2.txt").unlink()
        (project / f"{name}2.py").chmod(0o755)
        edit(project, lambda text: text.replace("\n", "\r\n"), f"{name}3.txt")
        (project / f"{name}3.py").rename(project / f"{name}3_renamed.py")
    edit(project, lambda text: text + "mine\n", "tests/removed1.txt", "tests/renamed.txt")
    edit(project, lambda text: text + "mine\n", "tests/dated.txt", "tests/included.txt")
    edit(project, lambda text: text.replace("line 2\n", "m\n"), "tests/gr\u00fc\u00dfe.txt")
    edit(project, lambda text: text.replace("line 2\n", "m\n"), "tests/with space.txt")
    edit(project, lambda text: text + "mine\n", "README.md", "decisions/one.md")
    (project / "LICENSE").unlink()
    (project / "decisions/two.md").unlink()
    (project / "decisions/three.md").unlink()
    (project / "tests/run.sh").chmod(0o755)
    (project / "tests/both.txt").write_text(TEXT + "mine\n")
    (project / "tests/both_alike.txt").write_text(TEXT)
    (project / "tests/mine.txt").write_text("mine\n")
    (project / "notes/same0.txt").unlink()
    (project / "notes/same0.txt").symlink_to("same1.txt")
    shutil.rmtree(project / "half_old_folder")
    edit(project, lambda text: text + "/outputs/\n", ".gitignore")
    commit(project, "Edit")
    (project / "outputs").mkdir()
    (project / "outputs/mine").write_text("ignored")

    crlf = {f"{folder}/changed3.txt" for folder in (PROJECT, "tests")}
    renamed = {f"{folder}/changed3_renamed.py" for folder in (PROJECT, "tests")}
    dropped = {"tests/renamed.txt", "tests/removed1.txt"}
    became = assert_same_as_copier(project, but=crlf)
    now = files(project)
    for name in crlf:  # copier puts the whole file into a conflict
        assert now[name].decode() == HEAD.replace("\n", "\r\n")
    for name in renamed:  # copier leaves it behind
        assert "line two, The author\n" in now[name].decode()
    for name in dropped:  # copier deletes it, with the edit
        assert now[name].endswith(b"mine\n")
    assert "<<<<<<< yours" in now["tests/changed1.txt"].decode()
    assert files(project)["README.md"].decode().endswith("mine\n")
    assert files(project)["decisions/one.md"].decode() == TEXT + "mine\n"
    assert files(project)["tests/changed0.txt"].decode().count("mine") == 2
    gone = {"LICENSE", "decisions/two.md", "decisions/three.md", "decisions/four.md"}
    assert not gone & became.keys()


@pytest.mark.slow
def test_project_in_a_folder_of_a_repository_is_updated_from_below_it(project: Path) -> None:
    monorepo = project.parent / "mono"
    shutil.rmtree(project / ".git")
    monorepo.mkdir()
    project.rename(monorepo / "small-numbers")
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
@pytest.mark.parametrize("seed", range(12))
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


def test_project_at_the_newest_release_is_left_alone_without_copier(
    project: Path, bundle: Path
) -> None:
    result = update_project(project)
    assert (result.before, result.after, result.conflicts) == ("v0.1.0", "v0.2.0", [])
    before = state(project)
    code = (
        "import sys; from pathlib import Path; import mlscaffold.store as store;"
        "store.BUNDLE = Path(sys.argv[2]); from mlscaffold.update import update_project;"
        "result = update_project(Path(sys.argv[1])); print(result.before, result.after);"
        "print('copier' in sys.modules)"
    )
    assert run(sys.executable, "-c", code, project, bundle).split() == ["v0.2.0", "v0.2.0", "False"]
    assert state(project) == before


# What is refused, and that nothing changes then.


def delete_answers(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()


def damage_answers(project: Path) -> None:
    (project / ".copier-answers.yml").write_text("<<<<<<< mine\n_commit: [\n")


def use_another_template(project: Path) -> None:
    edit(project, lambda text: text.replace("git+mlscaffold://templates", "/absent/a"), ANSWERS)


def come_from_the_future(project: Path) -> None:
    edit(project, lambda text: text.replace("v0.1.0", "v9.0.0"), ANSWERS)


def come_from_nowhere(project: Path) -> None:
    edit(project, lambda text: text.replace("v0.1.0", "--upload-pack=x"), ANSWERS)


def have_an_unknown_type(project: Path) -> None:
    edit(project, lambda text: text.replace(": numbers", ": novels"), ANSWERS)


def change_something(project: Path) -> None:
    (project / "new.txt").write_text("new")


def forget_git(project: Path) -> None:
    shutil.rmtree(project / ".git")


def be_ignored_by_the_repository_around(project: Path) -> None:
    forget_git(project)
    run("git", "init", "--quiet", cwd=project.parent)
    (project.parent / ".gitignore").write_text("/small-numbers/\n")


def begin_a_merge(project: Path) -> None:
    (project / ".git/MERGE_HEAD").write_text(git("rev-parse", "HEAD", cwd=project) + "\n")


def ignore_a_file_that_the_templates_bring(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data/ignored.txt").write_text("mine, and in no commit")


ANSWERS = ".copier-answers.yml"


@pytest.mark.parametrize(
    ("arrange", "message", "hint"),
    [
        (delete_answers, "was deleted", "git checkout HEAD -- .copier-answers.yml"),
        (damage_answers, "damaged", "git checkout HEAD -- .copier-answers.yml"),
        (use_another_template, "/absent/a", ""),
        (come_from_the_future, "v9.0.0", "upgrade `mlscaffold-cli`"),
        (come_from_nowhere, "do not exist", "git checkout"),
        (have_an_unknown_type, "no project type `novels`", "git checkout"),
        (change_something, "not committed", "git stash"),
        (forget_git, "not in a git repository", "git init"),
        (be_ignored_by_the_repository_around, "leaves it out", "git init"),
        (begin_a_merge, "a merge is under way", "git merge --abort"),
        (ignore_a_file_that_the_templates_bring, "data/ignored.txt", "move yours away"),
    ],
)
def test_what_cannot_be_updated_is_refused_and_stays(
    arrange: Callable[[Path], None],
    message: str,
    hint: str,
    project: Path,
) -> None:
    arrange(project)
    before = files(project)
    with pytest.raises(MlscaffoldError) as error:
        update_project(project / "tests")
    assert message in error.value.message
    assert hint in error.value.hint
    assert files(project) == before
    assert not list((project / ".git").glob("mlscaffold*"))


def test_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="not in an mlscaffold project"):
        update_project(tmp_path)
    with pytest.raises(MlscaffoldError, match="not a folder"):
        update_project(tmp_path / "absent")
    run("git", "init", "--quiet", "--bare", tmp_path / "bare.git")
    with pytest.raises(MlscaffoldError, match="not in an mlscaffold project"):
        update_project(tmp_path / "bare.git")


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt, pytest.param(OSError, marks=pytest.mark.slow)]
)
def test_failure_while_files_are_put_in_place_undoes_those(
    error: type[BaseException], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, lambda text: text.replace("line 2\n", "mine\n"), "tests/changed0.txt")
    commit(project, "Edit")
    before = state(project)

    def fail(*_: object) -> None:
        assert state(project) != before
        raise error

    monkeypatch.setattr("mlscaffold.placement.mark_conflicts", fail)
    with pytest.raises(error):
        update_project(project)
    assert state(project) == before


def test_settings_about_transport_do_not_matter(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https:ssh")
    run("git", "config", "--global", "protocol.file.allow", "never", cwd=project)
    assert update_project(project).after == "v0.2.0"


@pytest.mark.slow
def test_detached_head_and_nobody_s_name_do_not_matter(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("git", "checkout", "--quiet", "--detach", cwd=project)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    head = git("rev-parse", "HEAD", cwd=project)
    assert update_project(project).after == "v0.2.0"
    assert git("rev-parse", "HEAD", cwd=project) == head
    assert git("diff", "--cached", cwd=project) == ""


def test_what_copier_would_lose_survives(project: Path) -> None:
    """copier deletes a file that git ignores, and takes back an edit of a binary file."""
    (project / "picture.png").write_bytes(b"mine\0")
    run("git", "rm", "--quiet", "--cached", "tests/changed0.txt", cwd=project)
    edit(project, lambda text: text + "/tests/changed0.txt\n", ".gitignore")
    commit(project, "Ignore")
    update_project(project)
    assert (project / "tests/changed0.txt").read_text() == TEXT
    assert (project / "picture.png").read_bytes() == b"mine\0"


def update_by_command(bundle: Path) -> list[str]:
    """Return the command line that is `mlscaffold update` with the templates in `bundle`."""
    code = (
        "import mlscaffold.store as store; from pathlib import Path;"
        f"store.BUNDLE = Path({str(bundle)!r});"
        "import sys; sys.argv[1:] = ['update']; from mlscaffold.cli import main; sys.exit(main())"
    )
    return [sys.executable, "-c", code]


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.1, 0.3, 0.6, 1.0, 1.2, 1.3, 1.4, 1.5])
def test_ctrl_c_leaves_all_or_nothing(delay: float, project: Path, bundle: Path) -> None:
    before = state(project)
    process = subprocess.Popen(
        update_by_command(bundle), cwd=project, start_new_session=True, stderr=subprocess.PIPE
    )
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1].decode()
    kept = project / ".git/mlscaffold-texts"
    done = process.returncode == 0
    assert list((project / ".git").glob("mlscaffold*")) == [kept] * done
    assert (state(project) == before) == (not done)
    if done:
        assert (kept / "decisions/two.md").read_text() == LONG
        assert f"all of it in {kept}/decisions/two.md" in said


NEXT_INSTANT = """
import os, signal, sys
from mlscaffold import disk
real = disk.move
def move(*arguments):
    os.killpg(0, signal.SIGINT)
    real(*arguments)
disk.move = move
"""


def test_ctrl_c_once_files_change_comes_too_late(project: Path, bundle: Path) -> None:
    """Then all is done in an instant, and said."""
    python, option, code = update_by_command(bundle)
    done = subprocess.run(
        (python, option, NEXT_INSTANT + code),
        check=False,
        cwd=project,
        start_new_session=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Updated from templates v0.1.0 to v0.2.0" in done.stderr
    assert (project / "tests/new.txt").exists()


@pytest.mark.slow
def test_git_hook_can_update(project: Path, bundle: Path, tmp_path: Path) -> None:
    """A hook inherits variables that name the repository it runs for."""
    pushed = tmp_path / "pushed"
    run("git", "init", "--quiet", pushed)
    hook = pushed / ".git/hooks/pre-commit"
    python, _, code = update_by_command(bundle)
    hook.write_text(f"#!/bin/sh\ncd '{project}' && exec '{python}' -c \"{code}\"\n")
    hook.chmod(0o755)
    (pushed / "a").write_text("a")
    commit(pushed, "Run the hook")
    assert (project / "tests/new.txt").exists()
    assert git("ls-files", cwd=pushed) == "a"


def test_what_is_new_in_a_text_of_the_learner_is_named_with_the_lines_to_paste(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlscaffold: Command
) -> None:
    """The learner's text is left alone, one that was deleted is not spoken of."""
    settings = LEARNER_OWNED + str(LAYERS["copier.yml"])
    many = "".join(f"long {number}\n" for number in range(100))
    first: Files = {
        "copier.yml": settings,
        "base/README.md.jinja": "# {{ package }}\n\nOld words.\n",
        "numbers/decisions/one.md": "One.\n",
        "numbers/decisions/two.md": "Two.\n",
    }
    second: Files = {
        "base/README.md.jinja": "# {{ package }}\n\nIt is {{ package }}.\n\nOld words.\n\nMine.\n",
        "numbers/decisions/one.md": "One.\n" + many,
        "numbers/decisions/two.md": "Two.\nThree.\n",
    }
    third: Files = {
        "base/README.md.jinja": "# {{ package }}\n\nNewest.\n",
        "numbers/decisions/three.md": "Three.\n",
    }
    bundle = release_versions(tmp_path, first, second, third)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    (project / "README.md").write_text("# Mine\n\nOld words.\n\nMine.\n")
    (project / "decisions/two.md").unlink()
    commit(project, "Edit")
    done = mlscaffold("update", project, "--to", "v0.2.0")
    assert done.status == 0, done.err
    assert (project / "README.md").read_text() == "# Mine\n\nOld words.\n\nMine.\n"
    assert "README.md. New in the templates:\n  It is small_numbers.\n\n" in done.err
    assert "two.md" not in done.err
    assert "long 99" not in done.err
    kept = project / ".git/mlscaffold-texts/decisions/one.md"
    assert str(kept) in done.err
    assert kept.read_text() == many
    assert not (project / ".git/mlscaffold-texts/README.md").exists()  # all of it was shown

    commit(project, "Update")
    done = mlscaffold("update", project)
    assert "README.md. New in the templates:\n  Newest.\n" in done.err
    assert "Yours to add: decisions/three.md. New in the templates:\n  Three.\n" in done.err
    assert not (project / "decisions/three.md").exists()
    assert not list((project / ".git").glob("mlscaffold*"))


def test_block_that_nothing_fills_any_more_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlscaffold: Command
) -> None:
    def block(name: str) -> str:
        return f"<!-- {name} -->\n1\n<!-- /{name} -->\n"

    first: Files = {
        "copier.yml": LEARNER_OWNED + str(LAYERS["copier.yml"]),
        "base/README.md.jinja": block("ladder") + block("how_sure") + block("limit"),
        "numbers/decisions/one.md": block("losses"),
    }
    second: Files = {
        "base/README.md.jinja": block("ladder"),
        "numbers/decisions/one.md": None,
    }
    bundle = release_versions(tmp_path, first, second)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    mine = block("mine") + block("ladder") + block("how_sure") + "<!-- /limit -->\n"
    (project / "README.md").write_text(mine)
    commit(project, "Edit")
    done = mlscaffold("update", project)
    assert "README.md  (how_sure)\n" in done.err
    assert "decisions/one.md  (losses)\n" in done.err
    assert (project / "README.md").read_text() == mine
    assert (project / "decisions/one.md").exists()


def test_abort_leaves_no_text_to_paste(project: Path) -> None:
    edit(project, lambda text: text.replace("line 2\n", "mine\n"), "tests/changed0.txt")
    commit(project, "Edit")
    before = state(project)
    assert update_project(project).conflicts
    assert (project / ".git/mlscaffold-texts/decisions/two.md").exists()
    abort_change(project)
    assert state(project) == before
    assert not list((project / ".git").glob("mlscaffold*"))


def test_texts_to_paste_are_shown_whole_where_they_cannot_be_kept(
    project: Path, mlscaffold: Command
) -> None:
    (project / ".git/mlscaffold-texts").write_text("in the way")
    done = mlscaffold("update", project)
    assert done.status == 0, done.err
    assert "  long 60\n" in done.err


def test_preview_shows_the_changelog_of_the_releases_in_between() -> None:
    lines = read_changelog("v0.1.1", "v0.3.0")
    assert [line for line in lines if line.startswith("### ")] == [
        "### [0.3.0] - 2026-11-25",
        "### [0.2.0] - 2026-11-23",
    ]
    assert read_changelog("v0.3.0", "v0.3.0") == []
