"""What is new in a text of the learner's is named, with the lines to paste."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import LAYERS, Command, commit, create_old_project, release_versions
from two_releases import LEARNER_OWNED, Files, edit, state

from mlscaffold.unfinished import abort_change
from mlscaffold.update import update_project


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
    assert "README.md. New lines in the templates:\n  It is small_numbers.\n\n" in done.err
    assert "two.md" not in done.err
    assert "long 99" not in done.err
    kept = project / ".git/mlscaffold-texts/decisions/one.md"
    assert str(kept) in done.err
    assert kept.read_text() == many
    assert not (project / ".git/mlscaffold-texts/README.md").exists()  # all of it was shown

    commit(project, "Update")
    done = mlscaffold("update", project)
    assert "README.md. New lines in the templates:\n  Newest.\n" in done.err
    assert "Yours to add: decisions/three.md. New lines in the templates:\n  Three.\n" in done.err
    assert not (project / "decisions/three.md").exists()
    assert not list((project / ".git").glob("mlscaffold*"))

    commit(project, "Update again")
    assert (
        "Went back from templates v0.3.0 to v0.1.0"
        in mlscaffold("update", project, "--to", "v0.1.0").err
    )


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


def test_abort_leaves_no_text_to_paste(old_project: Path) -> None:
    edit(old_project, lambda text: text.replace("line 2\n", "mine\n"), "tests/changed0.txt")
    commit(old_project, "Edit")
    before = state(old_project)
    assert update_project(old_project).conflicts
    assert (old_project / ".git/mlscaffold-texts/decisions/two.md").exists()
    abort_change(old_project)
    assert state(old_project) == before
    assert not list((old_project / ".git").glob("mlscaffold*"))


def test_texts_to_paste_are_shown_whole_where_they_cannot_be_kept(
    old_project: Path, mlscaffold: Command
) -> None:
    (old_project / ".git/mlscaffold-texts").write_text("in the way")
    done = mlscaffold("update", old_project)
    assert done.status == 0, done.err
    assert "  long 60\n" in done.err
