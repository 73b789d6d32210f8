"""An update that leaves conflicts, or that is stopped, can be finished, undone and begun anew."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import (
    Command,
    commit,
    create_old_project,
    files,
    release_versions,
    run,
    write_files,
)

from mlscaffold.git import git

pytestmark = pytest.mark.usefixtures("temporary_folder")

TEXT = "".join(f"line {number}\n" for number in range(1, 21))
CODE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
FIRST: dict[str, str | bytes | None] = {
    **{f"numbers/f{number}.txt": TEXT for number in range(6)},
    "numbers/picture.png": b"\x89PNG\0one",
    "numbers/deep/er/gone.txt": TEXT,
    "numbers/gone.txt": "short\n",
    "numbers/code.py": CODE,
}
SECOND: dict[str, str | bytes | None] = {
    **{f"numbers/f{number}.txt": TEXT.replace("line 5\n", "theirs\n") for number in range(6)},
    "numbers/picture.png": b"\x89PNG\0two",
    "numbers/deep/er/gone.txt": None,
    "numbers/gone.txt": None,
    "numbers/new/er/file.txt": TEXT,
    "numbers/code.py": CODE.replace("return 1", "return 'one'"),
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_versions(tmp_path_factory.mktemp("releases"), FIRST, SECOND)


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the first release, in which one line will clash; the current folder."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    (project / "f0.txt").write_text(TEXT.replace("line 5\n", "mine\n"))
    (project / "f1.txt").write_text(TEXT.replace("line 15\n", "mine, elsewhere\n"))
    commit(project, "Edit")
    monkeypatch.chdir(project)
    return project


def everything(project: Path) -> dict[str, object]:
    """Return all that an update can change, modes and git's index included."""
    modes = {
        path.relative_to(project).as_posix(): path.lstat().st_mode
        for path in project.rglob("*")
        if ".git" not in path.relative_to(project).parts
    }
    index = git("ls-files", "--stage", cwd=project)
    return {**files(project), "modes": modes, "index": index}


def leftovers(project: Path) -> list[str]:
    return [path.name for path in (project / ".git").glob("mlscaffold*")]


def test_clean_update_leaves_its_result_uncommitted_and_nothing_open(
    project: Path, mlscaffold: Command
) -> None:
    git("checkout", "--quiet", "HEAD~1", "--", ".", cwd=project)
    commit(project, "Take it back")
    done = mlscaffold("update")
    assert done.status == 0, done.err
    assert "uv run reproduce" in done.err
    assert git("diff", "--cached", "--name-only", cwd=project) == ""
    assert "f0.txt" in git("diff", "--name-only", cwd=project)
    assert leftovers(project) == []
    assert mlscaffold("update", "--abort").status == 1
    assert "Already at" not in mlscaffold("update", "--continue").err


def test_conflict_is_told_by_exit_code_labels_and_index(project: Path, mlscaffold: Command) -> None:
    done = mlscaffold("update")
    assert done.status == 4
    assert done.err.startswith("Updating from templates v0.1.0 to v0.2.0: 1 file waits for you\n")
    assert "  f0.txt\n" in done.err
    assert "mlscaffold update --continue" in done.err
    assert "git add" not in done.err
    text = (project / "f0.txt").read_text()
    assert "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> templates-v0.2.0\n" in text
    stages = git("ls-files", "--unmerged", cwd=project).splitlines()
    assert [line.split()[2:] for line in stages] == [[str(n), "f0.txt"] for n in (1, 2, 3)]
    assert git("show", ":3:f0.txt", cwd=project) + "\n" == SECOND["numbers/f0.txt"]
    assert (project / "f1.txt").read_text().count("theirs") == 1


def test_every_command_says_what_is_unfinished(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("update").status == 4
    for command in (["update"], ["update", "--preview"], ["add", "page"]):
        done = mlscaffold(*command)
        assert done.status == 1
        assert "the update from templates v0.1.0 to v0.2.0 is unfinished" in done.err
        assert "f0.txt" in done.err
        assert "--abort" in done.err
    said = mlscaffold("status")
    assert "unfinished  the update from templates v0.1.0 to v0.2.0" in said.out
    assert "f0.txt: `<<<<<<< yours` is still in it" in said.out


def test_continue_waits_until_the_last_marker_is_gone(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("update").status == 4
    text = (project / "f0.txt").read_text()
    run("git", "add", "f0.txt", cwd=project)
    for left in ("<<<<<<< yours\n", "=======\n", ">>>>>>> templates-v0.2.0\n"):
        (project / "f0.txt").write_text(TEXT.replace("line 5\n", f"both\n{left}"))
        done = mlscaffold("update", "--continue")
        assert done.status == 1
        assert f"f0.txt: `{left.strip()}` is still in it" in done.err
    solved = text.replace("<<<<<<< yours\n", "").replace("=======\n", "")
    (project / "f0.txt").write_text(solved.replace(">>>>>>> templates-v0.2.0\n", ""))
    done = mlscaffold("update", "--continue")
    assert done.status == 0, done.err
    assert "uv run reproduce" in done.err
    assert git("diff", "--cached", "--name-only", cwd=project) == ""
    assert "mine\ntheirs\n" in (project / "f0.txt").read_text()
    assert leftovers(project) == []
    commit(project, "Update")
    assert "Already at templates v0.2.0" in mlscaffold("update").err


def test_commit_without_continue_counts_as_finished(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("update").status == 4
    (project / "f0.txt").write_text("solved\n")
    commit(project, "Solve")
    assert "Already at templates v0.2.0" in mlscaffold("update").err
    assert leftovers(project) == []


def test_conflict_without_markers_waits_for_a_choice(project: Path, mlscaffold: Command) -> None:
    (project / "picture.png").write_bytes(b"\x89PNG\0mine")
    commit(project, "Paint")
    assert mlscaffold("update").status == 4
    assert (project / "picture.png").read_bytes() == b"\x89PNG\0mine"
    (project / "f0.txt").write_text("solved\n")
    done = mlscaffold("update", "--continue")
    assert done.status == 1
    assert "picture.png: " in done.err
    run("git", "checkout", "--theirs", "--", "picture.png", cwd=project)
    run("git", "add", "picture.png", cwd=project)
    assert mlscaffold("update", "--continue").status == 0
    assert (project / "picture.png").read_bytes() == b"\x89PNG\0two"


def test_abort_restores_exactly_what_was_there(project: Path, mlscaffold: Command) -> None:
    (project / "f2.txt").chmod(0o600)
    before = everything(project)
    assert mlscaffold("update").status == 4
    assert everything(project) != before
    run("git", "add", "--all", cwd=project)
    done = mlscaffold("update", "--abort")
    assert done.status == 0, done.err
    assert everything(project) == before
    assert git("status", "--porcelain", cwd=project) == ""
    assert leftovers(project) == []


def test_abort_keeps_what_was_edited_since_and_names_it(project: Path, mlscaffold: Command) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    (project / "f0.txt").write_text("solved with care\n")
    (project / "new/er/file.txt").write_text("edited\n")
    (project / "gone.txt").write_text("brought back\n")
    (project / "f3.txt").unlink()
    (project / "my_notes.txt").write_text("notes\n")
    done = mlscaffold("update", "--abort")
    assert done.status == 0, done.err
    assert {**before, "my_notes.txt": b"notes\n", "modes": 0} == {**everything(project), "modes": 0}
    saved = [Path(line.strip()) for line in done.err.splitlines() if "mlscaffold-saved" in line]
    assert {path.name: path.read_text() for path in saved} == {
        "f0.txt": "solved with care\n",
        "file.txt": "edited\n",
        "gone.txt": "brought back\n",
    }


def test_preview_names_changes_and_conflicts_and_writes_nothing(
    project: Path, mlscaffold: Command
) -> None:
    before, objects = everything(project), git("count-objects", "-v", cwd=project)
    done = mlscaffold("update", "--preview")
    assert done.status == 4
    assert "new      new/er/file.txt\n" in done.out
    assert "changed  f1.txt\n" in done.out
    assert "deleted  gone.txt\n" in done.out
    assert "  f0.txt\n" in done.err
    assert everything(project) == before
    assert git("count-objects", "-v", cwd=project) == objects
    assert leftovers(project) == []


def test_version_to_update_to_can_be_chosen(project: Path, mlscaffold: Command) -> None:
    refused = mlscaffold("update", "--to", "v7.0.0")
    assert refused.status == 1
    assert "v0.1.0, v0.2.0" in refused.err
    assert "Already at templates v0.1.0" in mlscaffold("update", "--to", "0.1.0").err


KILLED = """
import os, signal, sys
import mlscaffold.store as store
from pathlib import Path
from mlscaffold import {module} as module
store.BUNDLE = Path({bundle!r})
real, left = module.{name}, [{count}]
def fatal(*arguments):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)
module.{name} = fatal
sys.argv[1:] = ["update"]
from mlscaffold.cli import main
sys.exit(main())
"""


AT_THE_LOCK = """
def see(event, arguments):
    if event == "os.rename" and str(arguments[0]).endswith("index.lock"):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(see)
"""


def update_killed(project: Path, bundle: Path, module: str, name: str, count: int) -> int:
    """Update `project`; the process is killed right before the nth call of a function."""
    code = KILLED.format(module=module, name=name, count=count, bundle=str(bundle))
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=project, capture_output=True, check=False).returncode


PLACES = [
    ("disk", "move", 1),
    ("disk", "move", 4),
    ("disk", "move", 9),
    ("disk", "remove_empty", 1),
    ("disk", "remove_empty", 2),
    ("index", "rewrite", 1),
    ("disk", "sync_folder", 1),
    ("disk", "sync_folder", 2),
    ("placement", "keep_old", 1),
]


THEN = [(place, ("abort", "rerun")[number % 2]) for number, place in enumerate(PLACES)]


@pytest.mark.slow
@pytest.mark.parametrize(("place", "then"), THEN, ids=lambda each: "-".join(map(str, each)))
def test_update_that_is_killed_is_undone_by_abort_and_by_the_next_update(
    place: tuple[str, str, int], then: str, project: Path, bundle: Path, mlscaffold: Command
) -> None:
    whole = Path(shutil.copytree(project, project.parent / "whole" / project.name))
    assert mlscaffold("update", whole).status == 4
    before = everything(project)
    assert update_killed(project, bundle, *place) == -signal.SIGKILL
    begun = (project / ".git/mlscaffold/journal.json").exists()
    if then == "rerun":
        done = mlscaffold("update")
        if "is unfinished" not in done.err:  # it was killed when all was in place
            assert done.status == 4, done.err
            assert ("which was interrupted" in done.err) == begun
        assert everything(project) == everything(whole)
        assert mlscaffold("update", "--abort").status == 0
    else:
        assert mlscaffold("update", "--abort").status == (0 if begun else 1)
    assert everything(project) == before


def test_kill_in_the_middle_of_an_abort_leaves_enough_to_abort_again(
    project: Path, bundle: Path, mlscaffold: Command
) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    code = KILLED.format(module="disk", name="move", count=3, bundle=str(bundle))
    code = code.replace('["update"]', '["update", "--abort"]')
    killed = subprocess.run([sys.executable, "-c", code], cwd=project, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before


def test_two_processes_do_not_change_a_project_at_once(
    project: Path, bundle: Path, mlscaffold: Command
) -> None:
    import fcntl

    with (project / ".git/mlscaffold.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = everything(project)
        done = mlscaffold("update")
        assert (done.status, everything(project)) == (1, before)
        assert "another mlscaffold is at work" in done.err
    assert mlscaffold("update").status == 4


def immutable(path: Path) -> None:
    done = subprocess.run(["chattr", "+i", path], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("files cannot be made immutable here")


@pytest.mark.parametrize("name", ["f2.txt", "deep/er", "gone.txt", "."])
def test_what_cannot_be_written_is_refused_before_anything_changes(
    name: str, project: Path, mlscaffold: Command
) -> None:
    if os.geteuid() == 0:
        immutable(project / name)
    else:
        (project / name).chmod(0o555 if (project / name).is_dir() else 0o444)
    try:
        before = everything(project)
        done = mlscaffold("update")
        if os.geteuid() == 0 or (project / name).is_dir():
            assert done.status == 1
            assert "cannot be changed, so nothing was" in done.err
            assert everything(project) == before
            assert leftovers(project) == []
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", project / name], check=True)
        else:
            (project / name).chmod(0o755)
    assert mlscaffold("update").status == 4


def test_read_only_file_in_a_writable_folder_is_updated(project: Path, mlscaffold: Command) -> None:
    (project / "f2.txt").chmod(0o444)
    assert mlscaffold("update").status == 4
    assert "theirs" in (project / "f2.txt").read_text()


def test_failed_rename_undoes_all(
    project: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlscaffold import disk

    before, real = everything(project), disk.move
    calls: list[Path] = []

    def fail(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise OSError(5, "Input/output error", str(target))
        real(source, target)

    monkeypatch.setattr(disk, "move", fail)
    done = mlscaffold("update")
    assert done.status == 1
    assert "Input/output error" in done.err
    assert everything(project) == before
    assert leftovers(project) == []


@pytest.mark.parametrize("free", [0, 12, 32, 64, 256])
def test_full_disk_leaves_the_project_as_it_was(
    free: int,
    project: Path,
    mount_disk: Callable[[int], Path],
    mlscaffold: Command,
) -> None:
    disk = mount_disk(2048)
    here = Path(shutil.copytree(project, disk / project.name))
    left = shutil.disk_usage(disk).free // 1024
    (disk / "filling").write_bytes(b"x" * (left - free) * 1024)
    before = everything(here)
    done = mlscaffold("update", here)
    if done.status == 1:
        assert "the disk of" in done.err
        assert everything(here) == before
        assert leftovers(here) == []
    else:
        assert done.status == 4
        assert free > 32
        (disk / "filling").unlink()
        assert mlscaffold("update", here, "--abort").status == 0
        assert everything(here) == before


@pytest.mark.slow
def test_of_two_updates_at_once_one_is_done_and_the_other_refused(
    project: Path, bundle: Path
) -> None:
    code = KILLED.format(module="disk", name="move", count=0, bundle=str(bundle))
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=project, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate()[1].decode() for process in started]
    assert sorted(process.returncode for process in started) == [1, 1, 4]
    refused = [text for text in said if "another mlscaffold" in text or "is unfinished" in text]
    assert len(refused) == 2, said
    assert (project / "f0.txt").read_text().count("<<<<<<< yours") == 1


def test_abort_of_a_folder_that_is_not_there_leaves_this_one_alone(
    project: Path, mlscaffold: Command
) -> None:
    assert mlscaffold("update").status == 4
    before = everything(project)
    done = mlscaffold("update", "absent", "--abort")
    assert done.status == 1
    assert "`absent` is not a folder" in done.err
    assert everything(project) == before


def test_lock_of_the_index_that_a_killed_update_leaves_is_taken_away(
    project: Path, bundle: Path, mlscaffold: Command
) -> None:
    before = everything(project)
    code = KILLED.format(module="disk", name="move", count=0, bundle=str(bundle))
    dying = code.replace("from mlscaffold.cli", AT_THE_LOCK + "from mlscaffold.cli")
    killed = subprocess.run([sys.executable, "-c", dying], cwd=project, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (project / ".git/index.lock").exists()
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before
    assert git("status", "--porcelain", cwd=project) == ""
    assert not (project / ".git/index.lock").exists()


def test_lock_of_another_git_stops_an_abort_that_would_change_the_index(
    project: Path, mlscaffold: Command
) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    (project / ".git/index.lock").write_bytes(b"")
    done = mlscaffold("update", "--abort")
    assert done.status == 1
    assert "another git is at work" in done.err
    (project / ".git/index.lock").unlink()
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before


@pytest.mark.parametrize("flag", ["assume-unchanged", "skip-worktree"])
def test_edit_that_git_was_told_to_overlook_is_not_lost(
    flag: str, project: Path, mlscaffold: Command
) -> None:
    git("update-index", f"--{flag}", "f2.txt", "f3.txt", cwd=project)
    (project / "f2.txt").write_text("only here\n")
    done = mlscaffold("update")
    assert done.status == 1
    assert "f2.txt` has changes that git was told to overlook" in done.err
    assert (project / "f2.txt").read_text() == "only here\n"
    git("update-index", f"--no-{flag}", "f2.txt", cwd=project)
    commit(project, "Let git see it")
    assert mlscaffold("update").status == 4, "f3.txt is marked, and not changed"


def test_file_that_git_does_not_list_by_default_stops_an_update(
    project: Path, mlscaffold: Command
) -> None:
    git("config", "status.showUntrackedFiles", "no", cwd=project)
    (project / "mine.txt").write_text("mine\n")
    assert "not committed" in mlscaffold("update").err


def test_update_that_git_took_back_cannot_be_continued(project: Path, mlscaffold: Command) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    git("reset", "--quiet", "--hard", cwd=project)
    done = mlscaffold("update", "--continue")
    assert done.status == 1
    assert "taken back" in done.err
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before


def test_file_that_had_to_go_beside_a_folder_has_one_name(
    project: Path, mlscaffold: Command
) -> None:
    (project / "new").write_text("mine, where the templates have a folder\n")
    commit(project, "Mine")
    before = everything(project)
    done = mlscaffold("update")
    assert done.status == 4
    assert "  new~yours\n" in done.err
    unmerged = git("diff", "--name-only", "--diff-filter=U", cwd=project).splitlines()
    assert "new~yours" in unmerged
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before


def test_who_removed_one_of_two_files_has_decided(project: Path, mlscaffold: Command) -> None:
    git("rm", "--quiet", "--cached", "f0.txt", cwd=project)
    (project / "f0.txt").write_text(TEXT)
    (project / "picture.png").write_bytes(b"\x89PNG\0mine")
    commit(project, "Only the picture clashes")
    assert mlscaffold("update").status == 4
    assert "keep one of the two" in mlscaffold("update", "--continue").err
    (project / "picture.png").unlink()
    assert mlscaffold("update", "--continue").status == 0


def test_empty_folder_makes_room_for_a_file(project: Path, mlscaffold: Command) -> None:
    (project / "new" / "er" / "file.txt" / "empty").mkdir(parents=True)
    assert mlscaffold("update").status == 4
    assert (project / "new" / "er" / "file.txt").read_text() == TEXT
    assert mlscaffold("update", "--abort").status == 0


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"steps": [{}]}'])
def test_journal_that_cannot_be_read_says_where_the_files_are(
    content: str, project: Path, mlscaffold: Command
) -> None:
    assert mlscaffold("update").status == 4
    (project / ".git" / "mlscaffold" / "journal.json").write_text(content)
    for command in (("update",), ("update", "--abort"), ("status",)):
        done = mlscaffold(*command)
        assert done.status == 1
        assert "is damaged" in done.err


def test_preview_of_what_was_never_committed_says_so(project: Path, mlscaffold: Command) -> None:
    shutil.rmtree(project / ".git")
    run("git", "init", "--quiet", cwd=project)
    git("add", "--all", cwd=project)
    done = mlscaffold("update", "--preview")
    assert done.status == 1
    assert "is not committed yet" in done.err


def test_abort_gets_past_what_was_put_in_the_place_of_a_folder(
    project: Path, mlscaffold: Command, tmp_path: Path
) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    shutil.rmtree(project / "new")
    (project / "new").write_text("mine\n")
    write_files(tmp_path / "elsewhere", {"er/gone.txt": "not of the project\n"})
    (project / "deep").symlink_to(tmp_path / "elsewhere")
    done = mlscaffold("update", "--abort")
    assert done.status == 0, done.err
    assert everything(project) == before
    saved = project / ".git" / "mlscaffold-saved" / "1"
    assert (saved / "new").read_text() == "mine\n"
    assert (saved / "deep").is_symlink()
    assert files(tmp_path / "elsewhere") == {"er/gone.txt": b"not of the project\n"}


def test_index_that_another_git_holds_leaves_the_project_as_it_was(
    project: Path, mlscaffold: Command
) -> None:
    before = everything(project)
    (project / ".git" / "index.lock").touch()
    done = mlscaffold("update")
    assert done.status == 1
    assert "another git is at work" in done.err
    assert everything(project) == before
    assert leftovers(project) == []


def test_abort_takes_back_what_was_only_meant_to_be_added(
    project: Path, mlscaffold: Command
) -> None:
    before = everything(project)
    assert mlscaffold("update").status == 4
    git("add", "--intent-to-add", "new/er/file.txt", cwd=project)
    git("rm", "--quiet", "--cached", "f0.txt", "picture.png", cwd=project)
    assert mlscaffold("update", "--abort").status == 0
    assert everything(project) == before
