"""The unpacked templates in the user's cache, and what can go wrong with a cache."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import LAYERS, files, run, write_files

from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.release import release
from mlscaffold.store import cache_directory, open_store


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that nothing was unpacked into yet."""
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_store_holds_every_release_and_a_checkout_of_the_newest(
    cache: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "templates.bundle"
    for version in ("1.9.0", "1.10.0"):
        layers = {**LAYERS, "layers.toml": str(LAYERS["layers.toml"]).replace("1.0.0", version)}
        release(
            write_files(tmp_path / version, layers),
            bundle,
            tmp_path / "releases.toml",
            datetime.date(2026, 1, 1),
        )
    store = open_store(bundle)
    assert store.version == "v1.10.0"
    tags = git(f"--git-dir={store.repository}", "tag", "--list").split()
    assert tags == ["v1.10.0", "v1.9.0"]
    assert 'version = "1.10.0"' in (store.newest / "layers.toml").read_text("utf-8")


def test_second_use_needs_neither_git_nor_a_cache_that_can_be_written(
    cache: Path, small_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_store(small_bundle)
    monkeypatch.setenv("PATH", "/nonexistent")
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    assert open_store(small_bundle) == first
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == before


def test_cache_is_the_users_own_where_none_is_chosen(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLSCAFFOLD_CACHE_DIR")
    assert sandbox in cache_directory().parents


def test_cache_may_be_named_relative_to_the_current_folder(
    tmp_path: Path, small_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", "here")
    store = open_store(small_bundle)
    monkeypatch.chdir("/")
    assert store.newest.is_dir()
    assert tmp_path / "here" in store.path.parents


@pytest.mark.parametrize(
    "damage",
    ["newest/copier.yml", "newest/datasets", "repository.git/packed-refs", "version", "listing"],
)
def test_what_was_cleaned_away_is_unpacked_anew(
    cache: Path, small_bundle: Path, damage: str
) -> None:
    store = open_store(small_bundle)
    whole = files(store.newest)
    lost = store.path / damage
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    assert files(open_store(small_bundle).newest) == whole
    assert run("git", f"--git-dir={store.repository}", "show", "--no-patch", "v1.0.0")
    assert [path.name for path in cache.iterdir()] == [store.path.name]


@pytest.mark.parametrize("damage", ["newest/copier.yml", "version", "listing"])
def test_truncated_file_is_unpacked_anew(cache: Path, small_bundle: Path, damage: str) -> None:
    store = open_store(small_bundle)
    whole = files(store.newest)
    (store.path / damage).write_bytes(b"")
    assert files(open_store(small_bundle).newest) == whole
    assert open_store(small_bundle).version == "v1.0.0"


def test_folders_that_git_needs_are_missed_though_empty(cache: Path, small_bundle: Path) -> None:
    store = open_store(small_bundle)
    shutil.rmtree(store.repository / "refs")
    assert (open_store(small_bundle).repository / "refs").is_dir()


def test_cache_that_is_a_file_is_said_with_the_variable_to_set(
    cache: Path, small_bundle: Path
) -> None:
    cache.write_text("")
    with pytest.raises(MlscaffoldError, match="cannot write to the cache") as error:
        open_store(small_bundle)
    assert "MLSCAFFOLD_CACHE_DIR" in error.value.hint


def test_cache_that_cannot_be_written_is_said_with_the_variable_to_set(
    small_bundle: Path, read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(read_only / "cache"))
    with pytest.raises(MlscaffoldError, match="cannot write to the cache") as error:
        open_store(small_bundle)
    assert "MLSCAFFOLD_CACHE_DIR" in error.value.hint


@pytest.mark.parametrize("kept", [0, 30, 600])
def test_damaged_bundle_is_said_and_leaves_nothing(
    cache: Path, small_bundle: Path, tmp_path: Path, kept: int
) -> None:
    bundle = tmp_path / "templates.bundle"
    bundle.write_bytes(small_bundle.read_bytes()[:kept])
    with pytest.raises(MlscaffoldError, match="cannot unpack the templates") as error:
        open_store(bundle)
    assert "install `mlscaffold-cli` again" in error.value.hint
    assert list(cache.iterdir()) == []


def test_missing_bundle_is_said(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="cannot read the templates") as error:
        open_store(tmp_path / "templates.bundle")
    assert "install `mlscaffold-cli` again" in error.value.hint


def test_missing_git_is_said_at_first_use(
    cache: Path, small_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MlscaffoldError, match="git is not installed"):
        open_store(small_bundle)


def test_processes_that_unpack_at_once_do_not_disturb_each_other(
    cache: Path, small_bundle: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from mlscaffold.store import open_store;"
        "store = open_store(Path(sys.argv[1]));"
        "assert store.version == 'v1.0.0' and (store.newest / 'copier.yml').is_file()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, small_bundle], stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    assert [process.communicate()[1] for process in processes] == [b""] * 6
    assert [path.name for path in cache.iterdir()] == [open_store(small_bundle).path.name]


def test_slower_of_two_processes_takes_what_the_quicker_one_unpacked(
    cache: Path, small_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def rename_after_somebody_else(self: Path, target: Path) -> Path:
        if self.name == "store" and not target.exists():
            shutil.copytree(self, target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", rename_after_somebody_else)
    assert (open_store(small_bundle).newest / "copier.yml").is_file()


def test_users_git_settings_change_nothing(
    cache: Path, small_bundle: Path, sandbox: Path, tmp_path: Path
) -> None:
    plain = files(open_store(small_bundle).newest)
    shutil.rmtree(cache)
    hook = write_files(sandbox, {"template/hooks/post-checkout": "#!/bin/sh\nexit 1\n"})
    (hook / "template/hooks/post-checkout").chmod(0o755)
    (sandbox / "attributes").write_text("* text eol=crlf ident\n")
    (sandbox / ".gitconfig").write_text(f"""\
[core]
autocrlf = true
attributesFile = {sandbox}/attributes
hooksPath = {sandbox}/template/hooks
[init]
templateDir = {sandbox}/template
[safe]
bareRepository = explicit
[protocol]
allow = never
[protocol "file"]
allow = never
[transfer]
fsckObjects = true
[clone]
defaultRemoteName = elsewhere
""")
    assert files(open_store(small_bundle).newest) == plain


def test_attributes_among_the_templates_change_nothing(cache: Path, tmp_path: Path) -> None:
    exact: dict[str, str | bytes] = {
        "base/.gitattributes": "* text=auto eol=crlf ident working-tree-encoding=UTF-16\n",
        "base/.gitignore": "ignored.txt\n",
        "base/unix.txt": b"a\nb\n$Id$\n",
        "base/windows.txt": b"a\r\nb\r\n",
        "base/ignored.txt": b"here",
    }
    layers = write_files(tmp_path / "layers", {**LAYERS, **exact})
    bundle = tmp_path / "templates.bundle"
    release(layers, bundle, tmp_path / "releases.toml", datetime.date(2026, 1, 1))
    unpacked = files(open_store(bundle).newest / "labels")
    for name in ("unix.txt", "windows.txt", "ignored.txt"):
        assert unpacked[name] == exact[f"base/{name}"]
