"""`new --data` and `data`: what a person types, sees, and finds in the project."""

from __future__ import annotations

import errno
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from conftest import Command, files

from mlscaffold.git import git

AUTHOR = ("--author", "Ada Lovelace <ada@example.org>")
NEW = ("new", "--yes", *AUTHOR)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a file of sales."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_sales(tmp_path / "here" / "sales.csv")
    return tmp_path / "here"


def write_sales(
    path: Path, *, extra: str = "colour", rows: int = 400, target: str = "price", shift: int = 0
) -> None:
    lines = [f"number,area,{extra},{target}"]
    for n in range(shift, shift + rows):
        area, colour = 50 + n * 7 % 90, ("red", "blue", "green")[n % 3]
        lines.append(f"{n + 1},{area},{colour},{9 * area + n * n % 397}")
    path.write_text("\n".join(lines) + "\n")


def settings(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "project.toml").read_text())


def test_new_makes_a_project_for_the_file(mlscaffold: Command, here: Path) -> None:
    outcome = mlscaffold(*NEW, "--data", "sales.csv")
    assert outcome.status == 0, outcome.err
    found = settings(here / "sales-regression")
    assert found["columns"]["target"] == "price"
    assert found["columns"]["numeric"] == ["area"]
    assert found["data"]["source"] == "sales.csv"
    assert (here / "sales-regression/data/sales.csv").read_text() == (
        here / "sales.csv"
    ).read_text()


def test_a_lone_name_is_the_folder_and_the_data_are_not_committed(
    mlscaffold: Command, here: Path
) -> None:
    mlscaffold(*NEW, "shop", "--data", "sales.csv")
    project = here / "shop"
    assert git("status", "--porcelain", cwd=project) == ""
    assert "sales.csv" not in git("ls-files", cwd=project)


def test_a_misspelt_type_is_no_folder(mlscaffold: Command, here: Path) -> None:
    outcome = mlscaffold(*NEW, "regresion", "--data", "sales.csv")
    assert outcome.status == 1
    assert "no project type `regresion`" in outcome.err
    assert not (here / "regresion").exists()


def test_copy_makes_the_project_independent_of_the_file(mlscaffold: Command, here: Path) -> None:
    mlscaffold(*NEW, "--data", "sales.csv", "--copy")
    (here / "sales.csv").unlink()
    assert (here / "sales-regression/data/sales.csv").is_file()


def test_a_look_prints_a_table_that_fits_and_writes_nothing(
    mlscaffold: Command, here: Path
) -> None:
    before = files(here)
    outcome = mlscaffold("data", "sales.csv", "--dry-run")
    assert outcome.status == 0
    assert "price" in outcome.out
    assert "not for   recommender" in outcome.out + outcome.err
    assert max(map(len, (outcome.out + outcome.err).splitlines())) <= 110
    assert files(here) == before


def test_a_target_that_nobody_can_guess_is_a_matter_of_usage(
    mlscaffold: Command, here: Path
) -> None:
    write_sales(here / "odd.csv", target="other")
    before = files(here)
    outcome = mlscaffold(*NEW, "--data", "odd.csv")
    assert outcome.status == 2
    assert "`area`" in outcome.err
    assert "`other`" in outcome.err
    assert files(here) == before


def test_a_look_without_a_target_shows_what_there_is_to_choose_from(
    mlscaffold: Command, here: Path
) -> None:
    write_sales(here / "odd.csv", target="other")
    outcome = mlscaffold("data", "odd.csv", "--dry-run")
    assert outcome.status == 2
    assert "numeric" in outcome.out
    assert "split" not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--data", "none.csv"), 1),
        (("--data", "."), 1),
        (("--data", "sales.csv", "--target", "prise"), 1),
        (("--data", "sales.csv", "--dataset", "diabetes"), 2),
        (("--target", "price"), 2),
        (("--data", "sales.csv", "--join", "sales.csv"), 1),
    ],
)
def test_a_mistake_leaves_nothing_behind(
    mlscaffold: Command, here: Path, arguments: tuple[str, ...], status: int
) -> None:
    before = files(here)
    outcome = mlscaffold("new", "regression", "--yes", *AUTHOR, *arguments)
    assert outcome.status == status
    assert "Traceback" not in outcome.err
    assert files(here) == before


@pytest.fixture
def project(mlscaffold: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project for the sales, whose person has written into project.toml."""
    mlscaffold(*NEW, "--data", "sales.csv")
    path = here / "sales-regression"
    text = (path / "project.toml").read_text()
    document = tomlkit.parse(text.replace('"Somebody"', '"The agent"  # she asked us'))
    document["columns"]["labels"] = {"area": "square metres", "colour": "paint"}
    (path / "project.toml").write_text(tomlkit.dumps(document))
    git("commit", "--quiet", "--all", "--message", "Say who decides", cwd=path)
    monkeypatch.chdir(path)
    return path


def test_other_data_keep_what_the_person_wrote(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    write_sales(here / "newer.csv", rows=500)
    outcome = mlscaffold("data", "../newer.csv", "--yes")
    assert outcome.status == 0, outcome.err
    text = (project / "project.toml").read_text()
    assert '"The agent"  # she asked us' in text
    found = settings(project)
    assert found["data"]["source"] == "newer.csv"
    assert found["columns"]["labels"] == {"area": "square metres", "colour": "paint"}
    assert (project / "data/newer.csv").exists()
    assert "+source = " in outcome.out


def test_what_is_said_of_other_data_is_what_the_project_goes_on_with(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    text = (project / "project.toml").read_text()
    name = settings(project)["metric"]["name"]
    other = {"rmse": "mae", "mae": "rmse"}[name]
    (project / "project.toml").write_text(text.replace(f'name = "{name}"', f'name = "{other}"'))
    git("commit", "-am", "Another metric", cwd=project)
    write_sales(here / "newer.csv", rows=500)
    outcome = mlscaffold("data", "../newer.csv", "--yes")
    assert f"metric    {other}: that of this project" in outcome.out + outcome.err
    assert settings(project)["metric"]["name"] == other


def test_columns_that_are_gone_are_dropped_and_named(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    write_sales(here / "newer.csv", extra="floor")
    outcome = mlscaffold("data", "../newer.csv", "--yes")
    found = settings(project)
    assert "colour" not in found["columns"]["categorical"]
    assert "floor" in found["columns"]["categorical"]
    assert found["columns"]["labels"] == {"area": "square metres"}
    assert "colour" in outcome.err


def test_a_dry_run_in_a_project_changes_nothing(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    write_sales(here / "newer.csv", extra="floor")
    before = files(project)
    assert mlscaffold("data", "../newer.csv", "--dry-run", "--yes").status == 0
    assert files(project) == before


def test_another_file_of_the_same_name_takes_its_place_and_a_copy_is_kept(
    mlscaffold: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlscaffold(*NEW, "--data", "sales.csv", "--copy")
    project, before = here / "sales-regression", (here / "sales.csv").read_text()
    first = settings(project)["data"]["sha256"]
    (here / "later").mkdir()
    write_sales(here / "later" / "sales.csv", rows=500)
    monkeypatch.chdir(project)
    outcome = mlscaffold("data", "../later/sales.csv", "--yes")
    assert outcome.status == 0, outcome.err
    assert settings(project)["data"]["sha256"] != first
    assert (project / "data" / "sales.csv").read_text().count("\n") == 501
    assert (project / "data" / "sales.csv.before").read_text() == before


def test_a_disk_that_is_full_leaves_the_project_as_it_was(
    mlscaffold: Command, here: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    write_sales(here / "newer.csv", rows=500)
    before = files(project)
    monkeypatch.setattr("mlscaffold.data.own.shutil.copyfile", fill)
    outcome = mlscaffold("data", "../newer.csv", "--copy", "--yes")
    assert outcome.status == 1
    assert "is full" in outcome.err
    assert files(project) == before


def test_a_file_that_changed_is_recorded_by_naming_it_again(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    first = settings(project)["data"]["sha256"]
    write_sales(here / "sales.csv", rows=450)
    outcome = mlscaffold("data", "data/sales.csv", "--yes")
    assert outcome.status == 0, outcome.err
    assert settings(project)["data"]["sha256"] != first
    assert (project / "data" / "sales.csv").read_text() == (here / "sales.csv").read_text()


def test_what_lay_in_data_before_is_never_lost(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    for text in ("first\n", "second\n"):
        (project / "data" / "newer.csv").unlink(missing_ok=True)
        (project / "data" / "newer.csv").write_text(text)
        write_sales(here / "newer.csv", rows=500)
        outcome = mlscaffold("data", "../newer.csv", "--yes")
        assert outcome.status == 0, outcome.err
        assert "is kept: " in outcome.err
        git("commit", "--quiet", "--all", "--allow-empty", "--message", "Newer", cwd=project)
    kept = [path.read_text() for path in (project / "data").glob("*.before*")]
    assert sorted(kept) == ["first\n", "second\n"]


def test_a_copy_takes_the_place_of_a_link(mlscaffold: Command, here: Path, project: Path) -> None:
    assert (project / "data" / "sales.csv").is_symlink()
    assert mlscaffold("data", "../sales.csv", "--copy", "--yes").status == 0
    assert not (project / "data" / "sales.csv").is_symlink()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"broken = [", "is not valid TOML"),
        (b"[columns]\nnumeric = [\xff]", "is not valid TOML"),
        (b'[columns]\nnumeric = "x"', "columns.numeric is of the wrong kind"),
        (b"[[columns]]\n", "columns is of the wrong kind"),
        (None, "there is no"),
    ],
)
def test_settings_that_are_damaged_are_named(
    mlscaffold: Command, project: Path, text: bytes | None, said: str
) -> None:
    (project / "project.toml").unlink()
    if text is not None:
        (project / "project.toml").write_bytes(text)
    git("commit", "--quiet", "--all", "--message", "Damage", cwd=project)
    before = files(project)
    outcome = mlscaffold("data", "../sales.csv", "--yes")
    assert outcome.status == 1
    assert said in outcome.err
    assert "hint: " in outcome.err
    assert files(project) == before


def test_uncommitted_settings_are_not_touched(
    mlscaffold: Command, here: Path, project: Path
) -> None:
    with (project / "project.toml").open("a") as file:
        file.write("# a thought\n")
    before = files(project)
    outcome = mlscaffold("data", "../sales.csv", "--yes")
    assert outcome.status == 1
    assert "uncommitted" in outcome.err
    assert files(project) == before


@pytest.mark.parametrize(
    ("names", "pattern"),
    [(["part_1.csv", "part_2.csv"], "part_*.csv"), (["north/1.csv", "south/1.csv"], "*th/*.csv")],
    ids=["files", "folders"],
)
def test_refresh_makes_the_data_again_from_their_sources(
    mlscaffold: Command,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: list[str],
    pattern: str,
) -> None:
    for rows, name in zip((100, 120), names, strict=True):
        (here / name).parent.mkdir(exist_ok=True)
        write_sales(here / name, rows=rows, shift=rows)
    mlscaffold(*NEW, "--data", pattern, "--target", "price", "--name", "part")
    project = here / "part"
    first = settings(project)["data"]
    assert [each["file"] for each in first["made_from"]["sources"]] == names
    write_sales(here / names[1], rows=150, shift=300)
    monkeypatch.chdir(project)
    outcome = mlscaffold("data", "--refresh", "--yes")
    assert outcome.status == 0, outcome.err
    second = settings(project)["data"]
    assert second["sha256"] != first["sha256"]
    assert "250 rows" in second["description"]


@pytest.mark.parametrize(
    ("target", "open_keys"),
    [
        ("price", ["decision_maker", "decision", "licence", "unit"]),
        ("minutes", ["decision_maker", "decision", "licence"]),
    ],
)
def test_check_lists_what_only_the_learner_can_say(
    mlscaffold: Command, here: Path, target: str, open_keys: list[str]
) -> None:
    write_sales(here / "sales.csv", target=target)
    assert mlscaffold(*NEW, "--data", "sales.csv", "--target", target).status == 0
    project = here / "sales-regression"
    keys = [line.partition(" ")[0] for line in (project / "project.toml").read_text().splitlines()]
    told = mlscaffold("check", str(project), "--only", "OW08").out.splitlines()
    found = [line.split("`")[:2] for line in told if line.startswith("OW08 project.toml")]
    wanted = [[f"OW08 project.toml:{keys.index(key) + 1}: ", key] for key in open_keys]
    assert sorted(found) == sorted(wanted)


def test_check_lists_costs_as_long_as_they_are_a_guess(mlscaffold: Command, here: Path) -> None:
    def listed() -> list[str]:
        told = mlscaffold("check", str(project), "--only", "OW08").out.splitlines()
        return [each for each in told if "guess" in each or '"points"' in each]

    write_sales(here / "sales.csv")
    assert mlscaffold(*NEW, "--data", "sales.csv", "--target", "colour").status == 0
    project = here / "sales-classification"
    path = project / "project.toml"
    lines = path.read_text().splitlines()
    unit, mistakes = (
        next(number for number, text in enumerate(lines) if text.startswith(start))
        for start in ('unit = "points"', "[costs.mistakes]")
    )
    places = [each.split(": ")[0] for each in listed()]
    assert places == [f"OW08 project.toml:{at + 1}" for at in (unit, mistakes)]
    lines[unit], lines[mistakes] = 'unit = "euros"', "[costs.mistakes] # asked the shop"
    path.write_text("\n".join(lines) + "\n")
    assert not listed()
