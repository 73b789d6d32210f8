"""An update does the same wherever a project lies, and whatever the settings around it are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command, commit, create_old_project, files, release_versions, run

from mlscaffold.git import git

TEXT = "".join(f"line {number}\n" for number in range(1, 21))
NEW = TEXT.replace("line 5\n", "theirs\n")
FIRST: dict[str, str | bytes | None] = {f"numbers/f{number}.txt": TEXT for number in range(3)}
SECOND: dict[str, str | bytes | None] = {
    **{f"numbers/f{number}.txt": NEW for number in range(3)},
    "numbers/deep/new.txt": TEXT,
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_versions(tmp_path_factory.mktemp("releases"), FIRST, SECOND)


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the first release, with an edit that merges and one that clashes."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "made" / "small-numbers")
    (project / "f0.txt").write_text(TEXT.replace("line 5\n", "mine\n"))
    (project / "f1.txt").write_text(TEXT.replace("line 15\n", "mine\n"))
    commit(project, "Edit")
    return project


def folder_of_a_repository(project: Path) -> Path:
    outer = project.parent / "outer"
    run("git", "init", "--quiet", outer)
    shutil.rmtree(project / ".git")
    shutil.move(project, outer / "deep" / "small-numbers")
    (outer / "other.txt").write_text("other\n")
    commit(outer, "Start")
    (outer / "other.txt").write_text("not committed, and none of our business\n")
    return outer / "deep" / "small-numbers"


def one_of_two_projects(project: Path) -> Path:
    outer = project.parent / "outer"
    run("git", "init", "--quiet", outer)
    shutil.rmtree(project / ".git")
    shutil.copytree(project, outer / "one")
    shutil.copytree(project, outer / "two")
    commit(outer, "Start")
    return outer / "two"


def submodule(project: Path) -> Path:
    outer = project.parent / "outer"
    run("git", "init", "--quiet", outer)
    allow = ("-c", "protocol.file.allow=always")
    run("git", *allow, "submodule", "--quiet", "add", project, "inner", cwd=outer)
    commit(outer, "Add it")
    return outer / "inner"


def linked_work_tree(project: Path) -> Path:
    run("git", "worktree", "add", "--quiet", "--detach", project.parent / "linked", cwd=project)
    return project.parent / "linked"


def shallow_clone(project: Path) -> Path:
    run("git", "clone", "--quiet", "--depth=1", f"file://{project}", project.parent / "shallow")
    return project.parent / "shallow"


def failing_hooks_and_signatures(project: Path) -> Path:
    hooks = project.parent / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    for key, value in (
        ("core.hooksPath", str(hooks)),
        ("commit.gpgSign", "true"),
        ("gpg.program", "/bin/false"),
    ):
        run("git", "config", key, value, cwd=project)
    return project


def person_s_settings(project: Path) -> Path:
    for key, value in (
        ("merge.conflictStyle", "diff3"),
        ("merge.directoryRenames", "true"),
        ("core.quotePath", "true"),
        ("diff.noprefix", "true"),
        ("diff.renames", "copies"),
        ("status.showUntrackedFiles", "no"),
        ("color.ui", "always"),
        ("core.safecrlf", "true"),
    ):
        run("git", "config", "--global", key, value, cwd=project)
    return project


def folder_with_a_strange_name(project: Path) -> Path:
    return Path(shutil.move(project, project.parent / 'a "stränge" näme: *'))


def longer_hashes(project: Path) -> Path:
    shutil.rmtree(project / ".git")
    run("git", "init", "--quiet", "--object-format=sha256", project)
    commit(project, "Start")
    return project


def index_of_another_kind(project: Path) -> Path:
    run("git", "config", "index.version", "4", cwd=project)
    run("git", "update-index", "--split-index", "--untracked-cache", cwd=project)
    return project


@pytest.mark.parametrize(
    "place",
    [
        *(folder_of_a_repository, one_of_two_projects, submodule, linked_work_tree, shallow_clone),
        *(failing_hooks_and_signatures, person_s_settings, folder_with_a_strange_name),
        *(index_of_another_kind, longer_hashes),
    ],
)
def test_update_abort_and_the_index_are_the_same(
    place: Callable[[Path], Path], project: Path, mlscaffold: Command
) -> None:
    here = place(project)
    before, status = files(here), git("status", "--porcelain", cwd=here)
    done = mlscaffold("update", here)
    assert done.status == 4, done.err
    after = files(here)
    assert after["f1.txt"].decode() == NEW.replace("line 15\n", "mine\n")
    assert after["f2.txt"].decode() == NEW
    assert after["deep/new.txt"].decode() == TEXT
    assert b"<<<<<<< yours\nmine\n" in after["f0.txt"]
    assert git("diff", "--name-only", "--diff-filter=U", "--relative", cwd=here) == "f0.txt"
    assert git("diff", "--cached", "--name-only", "--diff-filter=u", cwd=here) == ""
    assert mlscaffold("update", here, "--abort").status == 0
    assert files(here) == before
    assert git("status", "--porcelain", cwd=here) == status


def test_line_ends_that_git_converts_are_no_conflict(project: Path, mlscaffold: Command) -> None:
    run("git", "config", "core.autocrlf", "true", cwd=project)
    for path in (project / "f1.txt", project / "f2.txt", project / ".copier-answers.yml"):
        path.unlink()
    run("git", "checkout", "--quiet", "--", ".", cwd=project)
    assert b"\r\n" in (project / "f1.txt").read_bytes()
    assert mlscaffold("update", project).status == 4
    merged = (project / "f1.txt").read_bytes()
    assert merged.decode() == NEW.replace("line 15\n", "mine\n").replace("\n", "\r\n")
    assert (project / "deep/new.txt").read_bytes().decode() == TEXT.replace("\n", "\r\n")
    changed = git("diff", "--name-only", cwd=project).split()
    assert sorted(set(changed)) == [".copier-answers.yml", "f0.txt", "f1.txt", "f2.txt"]


def test_file_that_a_filter_converts_is_compared_as_git_stores_it(
    project: Path, mlscaffold: Command
) -> None:
    for key, value in (("clean", "tr a-z A-Z"), ("smudge", "tr A-Z a-z"), ("required", "true")):
        run("git", "config", f"filter.shout.{key}", value, cwd=project)
    (project / ".gitattributes").write_text("f2.txt filter=shout\n")
    run("git", "add", "--renormalize", ".", cwd=project)
    commit(project, "Shout")
    assert git("show", "HEAD:f2.txt", cwd=project).startswith("LINE 1")
    assert mlscaffold("update", project).status == 4
    assert (project / "f2.txt").read_text() == NEW
    assert "f2.txt" not in git("ls-files", "--unmerged", cwd=project)


def test_merge_driver_of_the_project_is_used(project: Path, mlscaffold: Command) -> None:
    (project / ".gitattributes").write_text("f0.txt merge=union\n")
    commit(project, "Take both")
    assert mlscaffold("update", project).status == 0
    assert "mine\ntheirs\n" in (project / "f0.txt").read_text()


def test_link_in_the_way_is_not_followed(project: Path, mlscaffold: Command) -> None:
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    (project / "deep").symlink_to(elsewhere)
    with (project / ".git/info/exclude").open("a") as ignored:
        ignored.write("/deep\n")
    before = files(project)
    done = mlscaffold("update", project)
    assert done.status == 1
    assert "deep" in done.err
    assert files(project) == before
    assert list(elsewhere.iterdir()) == []


def test_old_git_is_told_what_to_do(
    project: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("git")
    fake = project.parent / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        "#!/bin/sh\n"
        'case " $* " in *" version "*) echo "git version 2.37.9"; exit;; esac\n'
        f'exec {real} "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    done = mlscaffold("update", project)
    assert done.status == 1
    assert "git 2.38" in done.err
    assert "`copier update`" in done.err


@pytest.fixture
def turned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose next release turns a folder into a file, and a file into a folder."""
    first: dict[str, str | bytes | None] = {
        **FIRST,
        "numbers/folder/a.txt": "a\n",
        "numbers/folder/b.txt": "b\n",
        "numbers/file": "file\n",
    }
    second: dict[str, str | bytes | None] = {
        **SECOND,
        "numbers/folder/a.txt": None,
        "numbers/folder/b.txt": None,
        "numbers/folder.jinja": "a file now\n",
        "numbers/file": None,
    }
    bundle = release_versions(tmp_path, first, {**second, "numbers/file/inside.txt": "inside\n"})
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    return create_old_project(bundle, tmp_path / "small-numbers")


def test_folder_may_become_a_file_and_a_file_a_folder(turned: Path, mlscaffold: Command) -> None:
    (turned / "f0.txt").write_text(TEXT.replace("line 5\n", "mine\n"))
    commit(turned, "Clash")
    before = files(turned)
    assert mlscaffold("update", turned).status == 4
    assert (turned / "folder").read_text() == "a file now\n"
    assert (turned / "file/inside.txt").read_text() == "inside\n"
    assert mlscaffold("update", turned, "--abort").status == 0
    assert files(turned) == before
    assert git("status", "--porcelain", cwd=turned) == ""


def test_folder_with_a_file_of_the_learner_is_not_taken_away(
    turned: Path, mlscaffold: Command
) -> None:
    (turned / ".git/info/exclude").write_text("mine\n")
    (turned / "folder/mine").write_text("mine\n")
    before = files(turned)
    done = mlscaffold("update", turned)
    assert done.status == 1
    assert files(turned) == before
