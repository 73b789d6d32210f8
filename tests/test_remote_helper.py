"""`git-remote-mlscaffold`, as git calls it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import files, run

from mlscaffold.store import open_store

ADDRESS = "mlscaffold://templates"


def talk(words: bytes, address: str = ADDRESS) -> subprocess.CompletedProcess[bytes]:
    """Say `words` to the helper, all at once, and return what it answers."""
    return subprocess.run(
        ["git-remote-mlscaffold", "origin", address],
        input=words,
        capture_output=True,
        timeout=20,
        check=False,
    )


def test_git_clones_the_templates(tmp_path: Path) -> None:
    run("git", "clone", "--quiet", ADDRESS, tmp_path / "clone")
    assert files(tmp_path / "clone") == files(open_store().newest)


def test_git_lists_the_releases() -> None:
    listed = run("git", "ls-remote", "--tags", ADDRESS)
    released = run("git", f"--git-dir={open_store().repository}", "tag", "--list").split()
    assert [line.partition("refs/tags/")[2] for line in listed.splitlines()] == released


def test_git_fetches_into_another_repository(tmp_path: Path) -> None:
    """There git hands the helper a GIT_DIR, which upload-pack must not serve."""
    run("git", "init", "--quiet", tmp_path)
    run("git", "fetch", "--quiet", "--tags", ADDRESS, cwd=tmp_path)
    assert open_store().version in run("git", "tag", "--list", cwd=tmp_path).split()


def test_inherited_repository_is_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("git", "init", "--quiet", tmp_path / "other")
    expected = run("git", "ls-remote", ADDRESS)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "other" / "objects"))
    assert run("git", "ls-remote", ADDRESS) == expected


@pytest.mark.parametrize("protocol", ["0", "1", "2"])
def test_every_version_of_the_protocol_is_spoken(tmp_path: Path, protocol: str) -> None:
    command = ("-c", f"protocol.version={protocol}", "clone", "--quiet")
    run("git", *command, ADDRESS, tmp_path / "clone")
    assert (tmp_path / "clone" / "copier.yml").is_file()


def test_push_is_refused_with_the_reason(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run("git", "clone", "--quiet", ADDRESS, clone)
    said = run("git", "push", "origin", "HEAD:refs/heads/mine", cwd=clone, status=128)
    assert "mlscaffold: the templates are read-only" in said
    assert "Traceback" not in said
    assert "mine" not in run("git", "ls-remote", ADDRESS)


def test_other_address_is_refused_with_the_right_one(tmp_path: Path) -> None:
    said = run("git", "clone", "mlscaffold://elsewhere", tmp_path / "clone", status=128)
    assert "mlscaffold: `mlscaffold://elsewhere` is not a template repository" in said
    assert "hint: use `git+mlscaffold://templates`" in said
    assert "Traceback" not in said


def test_cache_that_cannot_be_used_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(tmp_path / "file"))
    said = run("git", "ls-remote", ADDRESS, status=128)
    assert "mlscaffold: cannot write to the cache" in said
    assert "MLSCAFFOLD_CACHE_DIR" in said
    assert "Traceback" not in said


def test_what_follows_the_connection_is_left_to_upload_pack() -> None:
    """git may send its first packet together with the command; a buffer would swallow it."""
    answer = talk(b"capabilities\nconnect git-upload-pack\n0000")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(b"connect\n\n\n0")
    assert answer.stdout.endswith(b"0000")


def test_helper_ends_when_git_hangs_up() -> None:
    assert talk(b"capabilities\n\n").stdout == b"connect\n\n"
    assert talk(b"").returncode == 0


def test_unknown_command_is_refused() -> None:
    answer = talk(b"list\n")
    assert answer.returncode == 1
    assert b"mlscaffold: the templates are read-only" in answer.stderr


def test_helper_called_by_hand_says_what_it_is_for() -> None:
    answer = subprocess.run(["git-remote-mlscaffold"], capture_output=True, check=False)
    assert answer.returncode == 1
    assert b"is not a template repository" in answer.stderr


def test_helper_imports_nothing_heavy() -> None:
    code = "import sys, mlscaffold.remote_helper; print(*sys.modules)"
    loaded = set(run(sys.executable, "-c", code).split())
    assert loaded & {"click", "yaml", "jinja2", "copier", "platformdirs"} == set()
