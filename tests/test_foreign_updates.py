"""Projects of other people's templates, made by copier, cookiecutter or cruft, are updated, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Command, commit, files, run, write_files

from mlscaffold.git import git

TEXT = "".join(f"line {number}\n" for number in range(1, 21))
NEW = TEXT.replace("line 5\n", "theirs\n")
COPIER: dict[str, str | bytes] = {
    "copier.yml": """\
_subdirectory: template
_skip_if_exists: [CHANGES.md]
_exclude: ["{% if _copier_operation == 'update' %}/ONCE.md{% endif %}"]
name: {type: str, default: thing}
size: {type: int, default: 3}
""",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/{{ name }}.txt.jinja": "{{ size }}\n" + TEXT,
    "template/clash.txt": TEXT,
    "template/CHANGES.md": "none\n",
    "template/ONCE.md": "once\n",
}
NEW_COPIER: dict[str, str | bytes] = {
    "template/{{ name }}.txt.jinja": "{{ size }}\n" + NEW,
    "template/clash.txt": NEW,
    "template/CHANGES.md": "new\n",
    "template/ONCE.md": "twice\n",
    "template/new.txt": "new\n",
}
COOKIECUTTER: dict[str, str | bytes] = {
    "cookiecutter.json": json.dumps({"name": "thing", "size": "3"}),
    "{{ cookiecutter.name }}/thing.txt": "{{ cookiecutter.size }}\n" + TEXT,
    "{{ cookiecutter.name }}/clash.txt": TEXT,
    "{{ cookiecutter.name }}/docs/a.md": "a\n",
}
NEW_COOKIECUTTER: dict[str, str | bytes] = {
    "cookiecutter.json": json.dumps({"name": "thing", "size": "3", "colour": "blue"}),
    "{{ cookiecutter.name }}/thing.txt": "{{ cookiecutter.size }}\n" + NEW,
    "{{ cookiecutter.name }}/clash.txt": NEW,
    "{{ cookiecutter.name }}/docs/a.md": "changed\n",
    "{{ cookiecutter.name }}/colour.txt": "{{ cookiecutter.colour }}\n",
}


def publish(folder: Path, content: dict[str, str | bytes], tag: str) -> Path:
    """Commit files as the next version of a template, and tag it."""
    if not folder.exists():
        folder.mkdir()
        run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
    write_files(folder, content)
    commit(folder, "Change")
    run("git", "tag", tag, cwd=folder)
    return folder


def edit(project: Path, *, clash: bool) -> None:
    """Do what learners do."""
    path = project / "thing.txt"
    path.write_text(path.read_text().replace("line 15\n", "mine\n"))
    (project / "own.txt").write_text("own\n")
    if clash:
        (project / "clash.txt").write_text(TEXT.replace("line 5\n", "mine\n"))
    commit(project, "Edit")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: str) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("answers_file", [".copier-answers.yml", ".answers.main.yml"])
def test_copier_project_is_updated(answers_file: str, here: Path, mlscaffold: Command) -> None:
    from copier import run_copy

    template = publish(here / "template", COPIER, "v1.0.0")
    project = here / "project"
    run_copy(str(template), project, defaults=True, quiet=True, answers_file=answers_file)
    run("git", "init", "--quiet", project)
    edit(project, clash=False)
    publish(template, NEW_COPIER, "v1.1.0")
    assert mlscaffold("status", project, "--check").status == 1
    preview = mlscaffold("update", project, "--preview")
    assert "new      new.txt" in preview.out
    done = mlscaffold("update", project)
    assert done.status == 0, done.err
    assert "v1.0.0 to v1.1.0" in done.err
    after = files(project)
    assert after["thing.txt"].decode() == "3\n" + NEW.replace("line 15\n", "mine\n")
    assert after["clash.txt"].decode() == NEW
    assert (after["CHANGES.md"], after["ONCE.md"]) == (b"none\n", b"once\n")
    assert after["own.txt"] == b"own\n"
    assert b"_commit: v1.1.0" in after[answers_file]
    commit(project, "Update")
    assert "Already at" in mlscaffold("update", project).err


@pytest.mark.slow
def test_project_of_new_is_updated_and_conflicts_carry_the_name_of_the_template(
    here: Path, mlscaffold: Command
) -> None:
    template = publish(here / "their-template", COPIER, "v1.0.0")
    made = mlscaffold("new", "--template", template, here / "project", "--yes")
    assert made.status == 0, made.err
    project = here / "project"
    edit(project, clash=True)
    before = files(project)
    publish(template, NEW_COPIER, "v1.1.0")
    done = mlscaffold("update", project)
    assert done.status == 4, done.err
    assert b">>>>>>> their-template-v1.1.0\n" in files(project)["clash.txt"]
    assert mlscaffold("update", project, "--abort").status == 0
    assert files(project) == before


@pytest.mark.slow
def test_version_that_a_template_does_not_have_is_named(here: Path, mlscaffold: Command) -> None:
    template = publish(here / "template", COPIER, "v1.0.0")
    assert mlscaffold("new", "--template", template, "project", "--yes").status == 0
    done = mlscaffold("update", "project", "--to", "v7")
    assert done.status == 1
    assert "has no version `v7`" in done.err


def test_project_of_cruft_is_updated_without_what_it_skips(here: Path, mlscaffold: Command) -> None:
    template = publish(here / "template", COOKIECUTTER, "1.0")
    old = git("rev-parse", "HEAD", cwd=template)
    record = {
        "template": str(template),
        "commit": old,
        "checkout": None,
        "context": {"cookiecutter": {"name": "thing", "size": "3", "_template": str(template)}},
        "directory": None,
        "skip": ["docs"],
    }
    project = here / "project"
    written: dict[str, str | bytes] = {
        "thing.txt": "3\n" + TEXT,
        "clash.txt": TEXT,
        "docs/a.md": "a\n",
        ".cruft.json": json.dumps(record, indent=2),
    }
    write_files(project, written)
    run("git", "init", "--quiet", project)
    edit(project, clash=False)
    publish(template, NEW_COOKIECUTTER, "2.0")
    refused = mlscaffold("update", project)
    assert refused.status == 1
    assert "--trust" in refused.err
    done = mlscaffold("update", project, "--trust")
    assert done.status == 0, done.err
    after = files(project)
    assert after["thing.txt"].decode() == "3\n" + NEW.replace("line 15\n", "mine\n")
    assert after["docs/a.md"] == b"a\n"
    assert after["colour.txt"] == b"blue\n"
    now = json.loads(after[".cruft.json"])
    assert now["commit"] == git("rev-parse", "HEAD", cwd=template)
    assert now["skip"] == ["docs"]
    assert now["context"]["cookiecutter"]["colour"] == "blue"


@pytest.mark.slow
def test_parts_are_not_offered_where_the_template_is_not_ours(
    here: Path, mlscaffold: Command
) -> None:
    template = publish(here / "template", COPIER, "v1.0.0")
    assert mlscaffold("new", "--template", template, here / "project", "--yes").status == 0
    done = mlscaffold("add", "page", "--project", here / "project")
    assert done.status == 1
    assert "only mlscaffold's own templates" in done.err
