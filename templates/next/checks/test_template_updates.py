"""Projects of every released template version update, and learners lose nothing."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from conftest import Workshop, files, run

from mlscaffold.catalog import read_manifest
from mlscaffold.compose import IGNORED
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record, release
from mlscaffold.render import render
from mlscaffold.store import BUNDLE, URL
from mlscaffold.update import update_project


@cache
def released_types(tag: str) -> list[str]:
    """Return the project types of a release: each has a folder in what the release composed."""
    with tempfile.TemporaryDirectory() as folder:
        git("clone", "--quiet", "--bare", BUNDLE, folder)
        folders = git("ls-tree", "-d", "--name-only", tag, cwd=Path(folder)).split()
    return [name for name in folders if name in read_manifest(TEMPLATES)[1]]


PAIRS = [(tag, kind) for tag in read_record(RELEASES) for kind in released_types(tag)]
FIRST = {kind: tag for tag, kind in reversed(PAIRS)}  # the first release of each type
OWNED = ("README.md", "INTERVIEW.md", "decisions/0003-model.md")


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with all releases and one more: the working templates, each file with a new line."""
    folder = tmp_path_factory.mktemp("next")
    shutil.copytree(TEMPLATES, folder / "templates", ignore=IGNORED)
    shutil.copy(RELEASES, folder / "releases.toml")
    shutil.copy(BUNDLE, folder / "templates.bundle")
    manifest = folder / "templates" / "layers.toml"
    version = read_manifest(TEMPLATES)[0]
    text = manifest.read_text("utf-8").replace(f'version = "{version}"', 'version = "99.0.0"')
    manifest.write_text(text, "utf-8")
    for path in (folder / "templates").rglob("*"):
        if path.is_file() and path.suffix in {".py", ".jinja", ".md"} and "{{ _" not in path.name:
            path.write_text(path.read_text("utf-8") + "# new in 99\n", "utf-8", newline="\n")
    bundle = folder / "templates.bundle"
    release(folder / "templates", bundle, folder / "releases.toml", datetime.date(2030, 1, 1))
    return bundle


def make_project(tag: str, project_type: str, tmp_path: Path) -> Path:
    """Create the project that the release `tag` made, and commit it."""
    git("clone", "--quiet", "--branch", tag, BUNDLE, tmp_path / "template")
    default = read_manifest(tmp_path / "template")[1][project_type].default_dataset
    answers = {"project_type": project_type, "dataset": default, "project_name": "my-study"}
    project = tmp_path / "my-study"
    render(tmp_path / "template", project, answers, {"_commit": tag, "_src_path": URL})
    git("init", "--quiet", cwd=project)
    commit(project)
    return project


def commit(project: Path) -> None:
    git("add", "--all", cwd=project)
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Mine", cwd=project)


@pytest.mark.slow
@pytest.mark.parametrize(("tag", "project_type"), PAIRS)
def test_update_from_every_release_keeps_what_a_learner_did(
    tag: str,
    project_type: str,
    next_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Templates 1.0 were written anew: edited code of 0.x is kept aside, and all else stays."""
    project = make_project(tag, project_type, tmp_path)
    package = project / "src" / "my_study"
    for name in (*OWNED, "project.toml"):
        path = project / name
        path.write_text(path.read_text("utf-8") + "# my own words\n", "utf-8")
    models = package / "models.py"
    lines = models.read_text("utf-8").splitlines(keepends=True)
    models.write_text("".join([*lines[:3], "# my own rung\n", *lines[3:]]), "utf-8")
    (package / "mine.py").write_text("MINE = 1\n", "utf-8")
    (project / "MODEL_CARD.md").unlink()
    commit(project)
    before = files(project)

    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    result = update_project(project)

    after = files(project)
    assert (result.before, result.after, result.conflicts) == (tag, "v99.0.0", [])
    assert {name: after[name] for name in OWNED} == {name: before[name] for name in OWNED}
    assert b"# my own words\n" in after["project.toml"]
    assert after["src/my_study/mine.py"] == b"MINE = 1\n"
    kept = f"kept/{tag[: tag.rindex('.')]}/src/my_study/models.py"
    assert after[kept] == before["src/my_study/models.py"]
    assert after["src/my_study/models.py"].endswith(b"# new in 99\n")
    assert after["src/my_study/data.py"].endswith(b"# new in 99\n")
    assert not any("/reporting/" in name or "/service/" in name for name in after)
    assert "MODEL_CARD.md" not in after
    assert b"_commit: v99.0.0\n" in after[".copier-answers.yml"]


@pytest.mark.slow
@pytest.mark.parametrize("project_type", FIRST)
def test_project_of_the_first_release_runs_after_the_update(
    project_type: str,
    next_release: Path,
    tmp_path: Path,
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_project(FIRST[project_type], project_type, tmp_path)
    monkeypatch.setattr("mlscaffold.store.BUNDLE", next_release)
    update_project(project)
    workshop.run(project, "mypy")
    workshop.run(project, "reproduce")
    workshop.run(project, "report", "--check")


@pytest.mark.slow
@pytest.mark.parametrize("project_type", released_types(list(read_record(RELEASES))[-1]))
def test_project_of_the_newest_release_has_nothing_to_update(
    project_type: str, tmp_path: Path
) -> None:
    tag = list(read_record(RELEASES))[-1]
    project = make_project(tag, project_type, tmp_path)
    assert update_project(project).after == tag
    run("copier", "update", "--defaults", cwd=project)
    assert git("status", "--porcelain", cwd=project) == ""
