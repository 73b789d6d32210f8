"""From 0.x to 1.0 the templates were built anew: edited files that are left over are kept apart."""

from __future__ import annotations

import datetime
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import LAYERS, Command, commit, create_old_project, files, write_files

from mlscaffold.change import Read, carry_out, prepare
from mlscaffold.placement import turn
from mlscaffold.project import open_project
from mlscaffold.release import release
from mlscaffold.settlement import Kind
from mlscaffold.successors import find_successor
from mlscaffold.update import plan_update


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of v0.3.0, where v1.0.0 drops two files; one of them is edited."""
    layers, bundle = write_files(tmp_path / "layers", LAYERS), tmp_path / "templates.bundle"
    package = layers / "numbers/src/{{ package }}"
    for version in ("0.3.0", "1.0.0"):
        manifest = str(LAYERS["layers.toml"]).replace('"1.0.0"', f'"{version}"')
        write_files(layers, {"layers.toml": manifest})
        if version == "0.3.0":
            write_files(package, {"old.py": "OLD = 1\n", "older.py": "OLDER = 1\n"})
        else:
            (package / "old.py").unlink()
            (package / "older.py").unlink()
        release(layers, bundle, tmp_path / "releases.toml", datetime.date(2026, 1, 1))
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers", "v0.3.0")
    (project / "src/small_numbers/old.py").write_text("OLD = 1\nMINE = 2\n")
    commit(project, "Edit")
    return project


def test_edited_file_that_1_0_drops_is_kept_where_nothing_looks_for_code(
    project: Path, mlscaffold: Command
) -> None:
    before = files(project)
    done = mlscaffold("update", project)
    assert done.status == 0, done.err
    after = files(project)
    assert after["kept/v0.3/src/small_numbers/old.py"] == b"OLD = 1\nMINE = 2\n"
    assert "src/small_numbers/old.py" not in after
    assert "src/small_numbers/older.py" not in after
    assert "src/small_numbers/old.py  (to kept/v0.3/src/small_numbers/old.py)" in done.err
    assert before.keys() - after.keys() == {
        "src/small_numbers/old.py",
        "src/small_numbers/older.py",
    }


def test_successor_of_a_dropped_file_is_named(project: Path) -> None:
    planned = plan_update(open_project(project), None, trust=False)
    change = replace(planned, successor=lambda path, _: path.replace("old", "data"))
    with prepare(change) as prepared:
        details = [notice.detail for notice in prepared.plan.notices]
    assert details == [
        "to kept/v0.3/src/small_numbers/old.py; instead of it: src/small_numbers/data.py"
    ]


def test_what_a_migration_rewrites_is_part_of_the_change(project: Path) -> None:
    (project / "settings.ini").write_text("key = 1\n")
    (project / "gone.ini").write_text("gone = 1\n")
    commit(project, "Set")
    opened = open_project(project)
    planned = plan_update(opened, None, trust=False)
    seen: list[bytes | None] = []

    def migrate(read: Read) -> dict[str, bytes | None]:
        seen.extend([read("settings.ini"), read("absent.ini")])
        return {"settings.ini": b"new_key = 1\n", "gone.ini": None, "fresh.ini": b"fresh\n"}

    change = replace(planned, migrate=migrate)
    with ExitStack() as late, turn(opened.top) as folder, prepare(change) as prepared:
        outcome = carry_out(change, prepared, folder, late)
    named = {notice.path for notice in outcome.notices if notice.kind is Kind.MIGRATED}
    assert named == {"settings.ini", "gone.ini", "fresh.ini"}
    assert seen == [b"key = 1\n", None]
    after = files(project)
    assert (after["settings.ini"], after["fresh.ini"]) == (b"new_key = 1\n", b"fresh\n")
    assert "gone.ini" not in after


@pytest.mark.parametrize(
    ("path", "successor"),
    [
        ("src/demo/cleaning.py", "src/demo/data.py"),
        ("src/demo/service/page/page.css", "src/demo/product/page.html"),
        ("src/demo/reporting/curves.py", "src/demo/kit/figures.py"),
        ("src/demo/ablation.py", "`mlscaffold add ablation` brings it"),
        ("src/demo/experiment.py", "src/demo/studies/ab_test.py"),
        ("src/demo/serve.py", ""),  # the project does not get it
        ("src/demo/mine.py", ""),
        ("tests/test_report.py", ""),
    ],
)
def test_successors_are_files_that_the_project_gets_or_parts_to_add(
    path: str, successor: str
) -> None:
    names = ("data.py", "kit/figures.py", "product/page.html", "studies/ab_test.py")
    wanted = {f"src/demo/{name}" for name in names}
    assert find_successor("demo", path, wanted) == successor
