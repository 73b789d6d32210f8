"""Projects of every released template version update, and learners lose nothing."""

from __future__ import annotations

import datetime
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import tomlkit
from conftest import Workshop, files, run
from released import PAIRS, Releases, released_types

from mlscaffold.catalog import read_manifest
from mlscaffold.compose import IGNORED
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record, release
from mlscaffold.render import render
from mlscaffold.store import BUNDLE, open_store
from mlscaffold.update import update_project

FIRST = {kind: tag for tag, kind in reversed(PAIRS)}  # the first release of each type
OLD = [(tag, kind) for tag, kind in PAIRS if tag.startswith("v0.")]
NEW = [pair for pair in PAIRS if pair not in OLD]
TEXTS = ("README.md", "INTERVIEW.md", "decisions/0003-model.md")  # of 0.x
NEXT = "1.99.0"


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with all releases and one more: the working templates."""
    folder = tmp_path_factory.mktemp("next")
    shutil.copytree(TEMPLATES, folder / "templates", ignore=IGNORED)
    shutil.copy(RELEASES, folder / "releases.toml")
    bundle = Path(shutil.copy(BUNDLE, folder / "templates.bundle"))
    manifest = folder / "templates" / "layers.toml"
    version = read_manifest(TEMPLATES)[0]
    text = manifest.read_text("utf-8").replace(f'version = "{version}"', f'version = "{NEXT}"')
    manifest.write_text(text, "utf-8")
    release(folder / "templates", bundle, folder / "releases.toml", datetime.date(2030, 1, 1))
    return bundle


def commit(project: Path) -> None:
    git("add", "--all", cwd=project)
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Mine", cwd=project)


def code_of(found: dict[str, bytes]) -> dict[str, bytes]:
    return {path: text for path, text in found.items() if path.startswith(("src/", "tests/"))}


def edit(path: Path, text: str = "") -> None:
    """Add a line of one's own to the text at `path`, or to `text` in its place."""
    path.write_text(f"{text or path.read_text('utf-8')}# my own words\n", "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("tag", "project_type"), OLD)
def test_update_from_the_old_design_keeps_what_a_learner_did(
    tag: str,
    project_type: str,
    next_release: Path,
    releases: Releases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = releases.make(tag, project_type, tmp_path)
    package = project / "src" / "my_study"
    for name in TEXTS:
        edit(project / name)
    facts = (project / "project.toml").read_text("utf-8")
    edit(project / "project.toml", re.sub(r"(?m)^title = .*", 'title = "Mine"', facts))
    edit(package / "models.py")
    edit(package / "train.py")
    (package / "mine.py").write_text("MINE = 1\n", "utf-8")
    (package / "download.py").unlink()
    commit(project)
    before = files(project)

    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    result = update_project(project)

    after = files(project)
    assert (result.before, result.after, result.conflicts) == (tag, f"v{NEXT}", [])
    assert {name: after[name] for name in TEXTS} == {name: before[name] for name in TEXTS}
    assert b"# my own words\n" in after["project.toml"]
    assert tomllib.loads(after["project.toml"].decode())["project"]["title"] == "Mine"
    for name in ("src/my_study/models.py", "src/my_study/train.py"):
        kept = f"kept/{tag.rpartition('.')[0]}/{name}"
        assert after[kept] == before[name], "what was edited is kept beside the new design"
    fresh = tmp_path / "fresh"
    answers = {"project_type": project_type, "project_name": "my-study", "parts": ["product"]}
    render(open_store(next_release).newest, fresh, answers, {})
    ours, theirs = code_of(after), code_of(files(fresh))
    assert ours.pop("src/my_study/mine.py") == b"MINE = 1\n"
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("project_type", FIRST)
def test_project_of_the_first_release_runs_after_the_update(
    project_type: str,
    next_release: Path,
    releases: Releases,
    tmp_path: Path,
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = releases.make(FIRST[project_type], project_type, tmp_path)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    update_project(project)
    fresh = tmp_path / "fresh"
    answers = {"project_type": project_type, "project_name": "my-study", "parts": ["product"]}
    render(open_store(next_release).newest, fresh, answers, {})
    ours, theirs = (code_of(files(each)) for each in (project, fresh))
    assert ours == theirs  # which fits its types, as a test of the templates says
    workshop.run(project, "reproduce")
    workshop.run(project, "report", "--check")


@pytest.mark.slow
@pytest.mark.parametrize(("tag", "project_type"), NEW)
def test_project_of_a_release_of_this_design_takes_changes_among_its_own(
    tag: str,
    project_type: str,
    next_release: Path,
    releases: Releases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = releases.make(tag, project_type, tmp_path)
    edit(project / "src/my_study/models.py")
    edit(project / "README.md")
    commit(project)
    before = files(project)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    assert update_project(project).conflicts == []
    after = files(project)
    assert after["README.md"] == before["README.md"]
    assert after["src/my_study/models.py"].endswith(b"# my own words\n")
    assert not (project / "kept").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "project_type"), [pair for pair in NEW if pair[1] in {"regression", "classification"}]
)
def test_project_that_declares_no_rule_of_thumb_is_given_the_one_it_had(
    tag: str,
    project_type: str,
    next_release: Path,
    releases: Releases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = releases.make(tag, project_type, tmp_path)
    settings = project / "project.toml"
    document = tomlkit.parse(settings.read_text("utf-8"))
    del document["rule_of_thumb"]
    settings.write_text(tomlkit.dumps(document), "utf-8")
    commit(project)
    before = settings.read_text("utf-8")
    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    assert update_project(project).conflicts == []
    after = settings.read_text("utf-8")
    assert after.startswith(before)
    columns = tomllib.loads(after)["columns"]
    first = [*columns.get("slices", []), *columns.get("categorical", []), *columns["numeric"]][:1]
    assert tomllib.loads(after)["rule_of_thumb"]["by"] == first


@pytest.mark.slow
@pytest.mark.parametrize("project_type", released_types(list(read_record(RELEASES))[-1]))
def test_project_of_the_newest_release_has_nothing_to_update(
    project_type: str, releases: Releases, tmp_path: Path
) -> None:
    tag = list(read_record(RELEASES))[-1]
    project = releases.make(tag, project_type, tmp_path)
    assert update_project(project).after == tag
    run("copier", "update", "--defaults", cwd=project)
    assert git("status", "--porcelain", cwd=project) == ""
