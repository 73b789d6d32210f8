"""A project can be made in a folder that is not empty, and whatever is there stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Command, files, run, write_files

from mlscaffold import git
from mlscaffold.arrival import mark
from mlscaffold.create import Job, create
from mlscaffold.errors import MlscaffoldError
from mlscaffold.staging import abandoned, hidden_folder
from mlscaffold.store import open_store

pytestmark = pytest.mark.usefixtures("small_templates", "identity")
NEW = ("new", "numbers", "--here")
OWN = {"README.md": "mine\n", "LICENSE": "mine\n", ".gitignore": ".venv/\n"}
MACHINE: dict[str, str | bytes] = {
    ".venv/pyvenv.cfg": "x",
    ".vscode/settings.json": "{}",
    ".DS_Store": b"\x00\x01",
}
REST = {
    ".copier-answers.yml",
    "src/demo/__init__.py",
    "src/demo/data.py",
    "src/demo/models.py",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    (tmp_path / "demo").mkdir()
    monkeypatch.chdir(tmp_path / "demo")
    return tmp_path / "demo"


def clone(here: Path, content: dict[str, str | bytes]) -> None:
    """Make `here` a fresh clone of a repository with `content`."""
    origin = here.parent / "origin"
    run("git", "init", "--quiet", "--initial-branch=trunk", origin)
    write_files(origin, content)
    run("git", "add", "--all", "--force", cwd=origin)
    run("git", "commit", "--quiet", "--message", "Initial commit", cwd=origin)
    run("git", "clone", "--quiet", origin, ".", cwd=here)


def committed(folder: Path) -> set[str]:
    """Return what the newest commit in `folder` holds."""
    return set(run("git", "ls-tree", "-r", "--name-only", "HEAD", cwd=folder).split())


def test_fresh_clone_keeps_what_is_in_it(here: Path, mlscaffold: Command) -> None:
    clone(here, {**OWN})
    write_files(here, MACHINE)
    status, _, err = mlscaffold(*NEW)
    assert status == 0, err
    now = files(here)
    assert {name: now[name] for name in OWN} == {k: v.encode() for k, v in OWN.items()}
    assert now.keys() == REST | OWN.keys() | MACHINE.keys()
    assert committed(here) == REST | OWN.keys()
    assert run("git", "log", "--format=%s", cwd=here).splitlines() == [
        "Start from mlscaffold templates v1.0.0",
        "Initial commit",
    ]
    assert run("git", "branch", "--show-current", cwd=here) == "trunk\n"


def test_clashes_are_shown(here: Path, mlscaffold: Command) -> None:
    clone(here, {**OWN})
    err = mlscaffold(*NEW).err
    assert "these files were there and stay" in err
    assert "\n  LICENSE\n  README.md\n" in err


def test_project_can_be_updated_afterwards(here: Path, mlscaffold: Command) -> None:
    """What an editor left there must not look like a change that is not committed."""
    clone(here, {**OWN})
    write_files(here, MACHINE)
    assert mlscaffold(*NEW).status == 0
    assert run("git", "status", "--porcelain", cwd=here) == ""
    assert "Already at" in mlscaffold("update").err


@pytest.mark.parametrize("repository", [True, False])
def test_folder_that_is_no_clone_keeps_what_is_in_it(
    here: Path, mlscaffold: Command, repository: bool
) -> None:
    write_files(here, {**OWN, **MACHINE})
    assert mlscaffold(*NEW, *([] if repository else ["--no-git"])).status == 0
    assert files(here).keys() == REST | OWN.keys() | MACHINE.keys()
    assert files(here)["README.md"] == b"mine\n"
    assert (here / ".git").exists() == repository
    if repository:
        assert committed(here) == REST | OWN.keys()
        assert run("git", "status", "--porcelain", cwd=here) == ""


def test_what_is_added_and_not_committed_is_left_alone(here: Path, mlscaffold: Command) -> None:
    """In a repository without a commit nothing tells it from what is new otherwise."""
    run("git", "init", "--quiet", cwd=here)
    write_files(here, {"README.md": "mine\n"})
    assert mlscaffold(*NEW).status == 0
    assert committed(here) == REST | {"LICENSE"}
    assert run("git", "status", "--porcelain", cwd=here) == "?? README.md\n"


@pytest.mark.parametrize(
    "content", [{"notes.txt": "x"}, {"src/x.py": "x"}, {".env": "x"}, {"data.csv": "x"}]
)
def test_anything_else_is_refused_and_named(
    here: Path, mlscaffold: Command, content: dict[str, str | bytes]
) -> None:
    write_files(here, {**OWN, **content})
    before = files(here)
    status, _, err = mlscaffold(*NEW)
    assert status == 1
    assert f"`{next(iter(content)).partition('/')[0]}`" in err
    assert files(here) == before


def test_clone_with_changes_is_refused(here: Path, mlscaffold: Command) -> None:
    clone(here, {**OWN})
    (here / "README.md").write_text("changed\n")
    status, _, err = mlscaffold(*NEW)
    assert status == 1
    assert "changes that are not committed" in err


def test_without_here_a_clone_with_a_readme_is_refused_and_the_option_is_named(
    here: Path, mlscaffold: Command
) -> None:
    clone(here, {**OWN})
    status, _, err = mlscaffold("new", "numbers", here)
    assert status == 1
    assert "`--here`" in err
    assert "README.md" in err


def test_link_in_the_folder_is_not_followed(
    here: Path, tmp_path: Path, mlscaffold: Command
) -> None:
    write_files(tmp_path / "elsewhere", {"x": "x"})
    (here / ".github").symlink_to(tmp_path / "elsewhere")
    (here / "README.md").symlink_to(tmp_path / "nothing")
    assert mlscaffold(*NEW).status == 0
    assert (here / "README.md").is_symlink()
    assert files(tmp_path / "elsewhere") == {"x": b"x"}
    assert committed(here) >= {"README.md", ".github"}
    assert run("git", "status", "--porcelain", cwd=here) == ""


def test_folder_that_is_a_link_in_a_clone_stays_and_what_it_hides_is_named(
    here: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    clone(here, {"README.md": "mine\n"})
    (here / ".github").mkdir()
    (here / ".github" / "workflows").symlink_to(tmp_path / "elsewhere")
    content: dict[str, str | bytes] = {".github/workflows/ci.yml": "x", "a.txt": "x"}
    kept = create(job(here, content, here=True))
    assert kept == [".github/workflows/ci.yml"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_template_file_that_the_kept_gitignore_names_is_committed(
    here: Path, mlscaffold: Command
) -> None:
    clone(here, {".gitignore": "*.py\n"})
    assert mlscaffold(*NEW).status == 0
    assert "src/demo/data.py" in committed(here)


@pytest.mark.parametrize("place", ["absent", "folder", "clone"])
def test_what_the_person_ignores_everywhere_is_committed_all_the_same(
    here: Path, sandbox: Path, mlscaffold: Command, place: str
) -> None:
    with (sandbox / ".gitconfig").open("a") as settings:
        settings.write(f"[core]\nexcludesFile = {sandbox}/ignored\n")
    (sandbox / "ignored").write_text("*.py\nREADME.md\n.copier*\n")
    if place == "clone":
        clone(here, {".gitattributes": "* text=auto\n"})
    where = (here / "new",) if place == "absent" else ("--here",)
    assert mlscaffold("new", "numbers", *where, "--package", "demo").status == 0
    whole = REST | {"README.md", "LICENSE"}
    assert committed(here / "new" if place == "absent" else here) >= whole


def test_clone_with_something_added_is_refused(here: Path, mlscaffold: Command) -> None:
    """The first commit must hold the project and nothing of what the person was about to do."""
    clone(here, {"README.md": "mine\n"})
    write_files(here, {"LICENSE": "mine\n"})
    run("git", "add", "LICENSE", cwd=here)
    status, _, err = mlscaffold(*NEW)
    assert status == 1
    assert "changes that are not committed" in err
    assert run("git", "status", "--porcelain", cwd=here) == "A  LICENSE\n"


# At the same time


def job(folder: Path, content: dict[str, str | bytes], here: bool = False) -> Job:
    def make(staged: Path) -> None:
        staged.mkdir()
        write_files(staged, content)

    return Job(make, folder, "Start", here=here)


@pytest.mark.parametrize("appeared", ["README.md", "src/data.py", "src", ".git", "src/x/y"])
@pytest.mark.parametrize("destination", ["absent", "empty", "kept"])
def test_what_appears_meanwhile_is_neither_overwritten_nor_removed(
    tmp_path: Path, appeared: str, destination: str
) -> None:
    folder = tmp_path / "demo"
    if destination != "absent":
        folder.mkdir()
    if destination == "kept":
        write_files(folder, {"LICENSE": "mine"})
    names = ("LICENSE", "README.md", "a", "src/data.py", "src/x/y/z")
    content: dict[str, str | bytes] = dict.fromkeys(names, "theirs")
    plain = job(folder, content, here=True)
    before: dict[str, bytes] = {}

    def make(staged: Path) -> None:
        plain.make(staged)
        write_files(folder, {appeared: "saved just now"})
        before.update({k: v for k, v in files(folder).items() if "mlscaffold" not in k})

    with pytest.raises((MlscaffoldError, OSError)):
        create(Job(make, folder, "Start", here=True))
    assert files(folder) == before
    assert (folder / appeared).read_text() == "saved just now"
    assert not list(tmp_path.rglob(".mlscaffold-*"))


def test_of_two_that_create_in_one_folder_one_wins_and_stays_whole(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    winner = job(folder, {"README.md": "winner", "src/a": "winner"})

    def make(staged: Path) -> None:
        job(folder, {"README.md": "loser", "src/a": "loser", "src/b": "loser"}).make(staged)
        staged.parents[1].rename(tmp_path / "aside")  # or the winner would refuse the folder
        create(winner)
        (tmp_path / "aside").rename(staged.parents[1])

    with pytest.raises((MlscaffoldError, OSError)):
        create(Job(make, folder, "Start"))
    assert files(folder) == {"README.md": b"winner", "src/a": b"winner"}
    assert run("git", "status", "--porcelain", cwd=folder) == ""


@pytest.mark.slow
@pytest.mark.parametrize("destination", ["absent", "empty"])
def test_two_processes_leave_one_whole_project(tmp_path: Path, destination: str) -> None:
    open_store()
    folder = tmp_path / "demo"
    if destination == "empty":
        folder.mkdir()
    command = [sys.executable, "-m", "mlscaffold.start", "new", "regression", str(folder)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    statuses = sorted(process.returncode for process in both)
    assert statuses == [0, 1], said
    assert "Traceback" not in "".join(said)
    assert run("git", "status", "--porcelain", cwd=folder) == ""
    assert run("git", "rev-list", "--count", "HEAD", cwd=folder) == "1\n"
    assert not list(tmp_path.rglob(".mlscaffold-*"))


# Kills

KILLED = """
import os, signal, sys
moments = {"os.link", "os.rename", "os.mkdir", "os.remove", "subprocess.Popen"}
left = [int(sys.argv.pop(1))]
armed = [False]
def hook(event, arguments):
    if event == "open" and str(arguments[0]).endswith("arrival.json"):
        armed[0] = True
    if armed[0] and event in moments:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from mlscaffold.cli import main
sys.addaudithook(hook)
sys.exit(main())
"""


MOMENTS = [1, 3, 5, 8, 12, 16, 24]
FAST = {3, 12}


@pytest.mark.usefixtures("temporary_folder")
@pytest.mark.parametrize(
    "nth",
    [nth if nth in FAST else pytest.param(nth, marks=pytest.mark.slow) for nth in MOMENTS],
)
@pytest.mark.parametrize("place", ["folder", "clone"])
def test_what_was_killed_while_it_moved_in_is_made_whole_by_the_next(
    here: Path, small_bundle: Path, place: str, nth: int, mlscaffold: Command
) -> None:
    if place == "clone":
        clone(here, {**OWN})
    write_files(here, {**OWN, **MACHINE})
    open_store(small_bundle)
    bundle = f"store.BUNDLE = pathlib.Path({str(small_bundle)!r})"
    code = f"import pathlib; from mlscaffold import store; {bundle}"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{KILLED}", str(nth), *NEW],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL or nth > 12, done.stderr
    mine = {k: v.encode() if isinstance(v, str) else v for k, v in {**OWN, **MACHINE}.items()}
    assert mine.items() <= files(here).items()
    made = git.has_commits(here) and "src/demo/data.py" in committed(here)
    if not made:
        status, _, err = mlscaffold(*NEW)
        assert status == 0, err
    assert mine.items() <= files(here).items()
    assert files(here).keys() == REST | OWN.keys() | MACHINE.keys() or made
    assert committed(here) == REST | OWN.keys()


def test_files_changed_after_a_kill_stay(here: Path) -> None:
    open_store()
    hidden = here / ".mlscaffold-0123abcd"
    hidden.mkdir()
    (hidden / "lock").touch()
    plain = job(here, {"a": "ours", "b": "ours"}, here=True)
    write_files(here, {"a": "ours", "b": "ours"})
    note = {"files": {name: mark(here / name) for name in "ab"}, "folders": [], "head": ""}
    (hidden / "arrival.json").write_text(json.dumps(note))
    (here / "b").write_text("edited since\n")
    with pytest.raises(MlscaffoldError, match="`b`"):
        create(plain)
    assert files(here) == {"b": b"edited since\n"}


def test_folder_that_another_one_fills_is_refused(tmp_path: Path) -> None:
    with (
        hidden_folder(tmp_path),
        pytest.raises(MlscaffoldError, match="another `mlscaffold new` is at work"),
    ):
        create(job(tmp_path, {"a": "a"}, here=True))
    assert list(tmp_path.iterdir()) == []


def test_hidden_folder_of_somebody_at_work_is_left_alone(tmp_path: Path) -> None:
    with hidden_folder(tmp_path) as busy:
        assert list(abandoned(tmp_path)) == []
        assert busy.is_dir()
    dead = tmp_path / ".mlscaffold-0123abcd"
    write_files(dead, {"lock": "", "x": ""})
    assert list(abandoned(tmp_path)) == [dead]
    assert not dead.exists()
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - what else is there would be a bug
