"""Releases of the templates: the same everywhere, and never altered."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from conftest import write_files

from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.release import read_record, release

DAY = datetime.date(2026, 1, 1)
LAYERS: dict[str, str | bytes] = {
    "layers.toml": """\
version = "1.0.0"
[types.one]
summary = "One"
layers = ["base"]
default_dataset = "a"
""",
    "copier.yml": "_subdirectory: '{{ project_type }}'\n",
    "datasets/one/a.toml": '[project]\ntitle = "A"\n',
    "base/.gitattributes": "* text=auto eol=lf ident\n",
    "base/.gitignore": "data/\n*.log\n",
    "base/data/ignored.log": "kept all the same\n",
    "base/windows.txt": b"a\r\nb\r\n$Id$\n",
    "base/unix.txt": b"a\nb\n",
    "base/ünïcode.txt": "é\n",
    "base/empty.txt": b"",
}
# What the layers above have always given. Another hash here means that no released template can be
# made again: copier would find no common ground between a project and its templates.
COMMIT = "1021a4d0f46efb1b8b4f5005d33df500e1082beb"


class Workshop:
    """A folder of layers with the bundle and the record that releases of them go to."""

    def __init__(self, directory: Path) -> None:
        self.layers = write_files(directory / "layers", LAYERS)
        (self.layers / "base" / "unix.txt").chmod(0o755)
        self.bundle = directory / "templates.bundle"
        self.record = directory / "releases.toml"

    def version(self, version: str) -> Workshop:
        """Make the layers declare `version`."""
        manifest = str(LAYERS["layers.toml"]).replace("1.0.0", version)
        (self.layers / "layers.toml").write_text(manifest)
        return self

    def release(self, date: datetime.date = DAY) -> str:
        """Release the layers as they are."""
        return release(self.layers, self.bundle, self.record, date)

    def history(self) -> Path:
        """Return a clone of the bundle."""
        clone = self.bundle.parent / f"history-{len(list(self.bundle.parent.iterdir()))}"
        git("clone", "--quiet", "--bare", self.bundle, clone)
        return clone

    def state(self) -> dict[str, bytes]:
        """Return what bundle and record hold, and whatever else lies beside them."""
        paths = self.bundle.parent.iterdir()
        return {path.name: path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_same_layers_version_and_date_give_the_commit_they_have_always_given(
    workshop: Workshop,
) -> None:
    assert workshop.release() == "v1.0.0"
    assert read_record(workshop.record)["v1.0.0"]["commit"] == COMMIT


def test_settings_of_the_machine_do_not_change_the_commit(
    workshop: Workshop, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody else")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    write_files(
        sandbox,
        {
            "attributes": "* text eol=crlf ident filter=upper working-tree-encoding=UTF-16\n",
            "ignored": "*.txt\n",
            "template/hooks/reference-transaction": "#!/bin/sh\nexit 1\n",
            "template/info/exclude": "*\n",
            ".gitconfig": f"""\
[user]
name = Somebody
email = somebody@example.org
[core]
autocrlf = true
safecrlf = true
fileMode = false
attributesFile = {sandbox}/attributes
excludesFile = {sandbox}/ignored
hooksPath = {sandbox}/template/hooks
[commit]
gpgSign = true
[filter "upper"]
clean = tr a-z A-Z
smudge = tr a-z A-Z
required = true
[init]
templateDir = {sandbox}/template
defaultBranch = trunk
[i18n]
commitEncoding = ISO-8859-1
[safe]
bareRepository = explicit
""",
        },
    )
    (sandbox / "template/hooks/reference-transaction").chmod(0o755)
    workshop.release()
    assert read_record(workshop.record)["v1.0.0"]["commit"] == COMMIT


def test_tree_holds_every_file_byte_for_byte(workshop: Workshop) -> None:
    workshop.release()
    history = workshop.history()
    listed = git(f"--git-dir={history}", "ls-tree", "-r", "-z", "--name-only", "v1.0.0").split("\0")
    names = {name.removeprefix("base/") for name in LAYERS if name.startswith("base/")}
    assert {name.removeprefix("one/") for name in listed if name.startswith("one/")} == names
    size = git(f"--git-dir={history}", "cat-file", "-s", "v1.0.0:one/windows.txt")
    assert int(size) == len(LAYERS["base/windows.txt"])
    assert git(f"--git-dir={history}", "ls-tree", "v1.0.0:one", "unix.txt").startswith("100755")


def test_second_release_follows_the_first_and_both_are_kept(workshop: Workshop) -> None:
    workshop.release()
    (workshop.layers / "base" / "added.txt").write_text("added\n")
    assert workshop.version("1.1.0").release(DAY + datetime.timedelta(days=1)) == "v1.1.0"
    record, history = read_record(workshop.record), workshop.history()
    assert list(record) == ["v1.0.0", "v1.1.0"]
    for tag, entry in record.items():
        assert git(f"--git-dir={history}", "rev-parse", tag) == entry["commit"]
        assert git(f"--git-dir={history}", "rev-parse", f"{tag}^{{tree}}") == entry["tree"]
    assert str(record["v1.1.0"]["date"]) == "2026-01-02"
    assert git(f"--git-dir={history}", "rev-parse", "v1.1.0^") == record["v1.0.0"]["commit"]
    assert git(f"--git-dir={history}", "rev-parse", "HEAD") == record["v1.1.0"]["commit"]


def test_released_version_cannot_be_altered(workshop: Workshop) -> None:
    workshop.release()
    before = workshop.state()
    (workshop.layers / "base" / "unix.txt").write_text("altered\n")
    with pytest.raises(MlscaffoldError, match=r"v1\.0\.0 is released and cannot be altered"):
        workshop.release()
    assert workshop.state() == before


def test_same_release_twice_changes_nothing(workshop: Workshop) -> None:
    workshop.release()
    before = workshop.state()
    assert workshop.release(DAY + datetime.timedelta(days=1)) == "v1.0.0"
    assert workshop.state() == before


@pytest.mark.parametrize("version", ["1.1.0.dev0", "1.1", "1.1.0rc1", "v1.1.0", ""])
def test_version_that_is_not_final_is_refused(workshop: Workshop, version: str) -> None:
    with pytest.raises(MlscaffoldError, match="is a development version"):
        workshop.version(version).release()
    assert workshop.state() == {}


def test_release_older_than_the_newest_is_refused(workshop: Workshop) -> None:
    workshop.version("1.10.0").release()
    before = workshop.state()
    with pytest.raises(MlscaffoldError, match=r"v1\.9\.0 would come after v1\.10\.0"):
        workshop.version("1.9.0").release()
    assert workshop.state() == before


@pytest.mark.parametrize("lost", ["templates.bundle", "releases.toml"])
def test_interrupted_release_is_finished_by_the_next_one(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    replace = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if target.name == lost:
            raise KeyboardInterrupt
        return replace(self, target)

    workshop.release()
    first = workshop.state()
    workshop.version("1.1.0")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            workshop.release()
    assert workshop.state().keys() == first.keys()
    assert workshop.state()[lost] == first[lost]
    later = DAY if lost == "templates.bundle" else DAY + datetime.timedelta(days=1)
    assert workshop.release(later) == "v1.1.0"
    tip = git(f"--git-dir={workshop.history()}", "rev-parse", "v1.1.0")
    entry = read_record(workshop.record)["v1.1.0"]
    assert (entry["commit"], str(entry["date"])) == (tip, "2026-01-01")


def test_record_of_a_release_that_the_bundle_lost_is_not_made_anew(workshop: Workshop) -> None:
    workshop.release()
    workshop.bundle.unlink()
    with pytest.raises(MlscaffoldError, match="the bundle does not hold it"):
        workshop.release()
    assert not workshop.bundle.exists()


def test_comments_in_the_record_stay(workshop: Workshop) -> None:
    workshop.record.write_text("# Kept\n")
    workshop.release()
    assert workshop.record.read_text().startswith("# Kept\n")
    assert list(read_record(workshop.record)) == ["v1.0.0"]
