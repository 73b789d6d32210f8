"""What the report promises: your words stay, its numbers are those of the results."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from bank_calls.command import ProjectError
from bank_calls.project import load_settings
from bank_calls.report import (
    check,
    differences,
    pending,
    replace_blocks,
    report,
    write_texts,
)
from bank_calls.reporting.blocks import BLOCKS
from bank_calls.results import RESULTS, read_results

ROOT = Path(__file__).parents[1]
EVERY_BLOCK = "".join(f"mine\n<!-- {name} -->\nold\n<!-- /{name} -->\n" for name in BLOCKS)


def test_text_outside_of_blocks_is_kept_byte_for_byte() -> None:
    before, after = "mine \t\r\n<!-- why? -->\r\n", "\r\n  mine too, <b>ü</b>"
    text = f"{before}<!-- data -->\r\nold\r\n<!-- /data -->{after}"
    new, changed = replace_blocks(text, {"data": "new\nlines"})
    assert new == f"{before}<!-- data -->\r\nnew\r\nlines\r\n<!-- /data -->{after}"
    assert changed == ["data"]


def test_a_block_without_an_end_is_left_alone() -> None:
    text = "<!-- data -->\nmine\n<!-- split -->\nold\n<!-- /split -->\n"
    new, changed = replace_blocks(text, {"data": "lost", "split": "new"})
    assert new == text.replace("old", "new")
    assert changed == ["split"]


def test_links_in_a_folder_lead_to_the_same_file() -> None:
    text = "<!-- data -->\n<!-- /data -->"
    links = "[a](reports/a.png) [b](https://example.org)"
    new, _ = replace_blocks(text, {"data": links}, depth=1)
    assert "[a](../reports/a.png) [b](https://example.org)" in new


def test_a_block_without_its_results_says_what_fills_it() -> None:
    assert pending("more_data") == "*More data: filled in by `uv run reproduce`.*"


def test_without_results_the_error_says_which_command_to_run(tmp_path: Path) -> None:
    shutil.copy(ROOT / "project.toml", tmp_path)
    with pytest.raises(ProjectError) as caught:
        report(tmp_path)
    assert "train" in caught.value.hint


@pytest.fixture(scope="session")
def rendered(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a measured study with a README that has every block, rendered; only read it."""
    root = shutil.copytree(finished, tmp_path_factory.mktemp("rendered") / "study")
    (root / "README.md").write_text(EVERY_BLOCK, encoding="utf-8", newline="\n")
    report(root)
    return root


@pytest.fixture
def study(rendered: Path, tmp_path: Path) -> Path:
    """Return a copy of the rendered study, to be changed."""
    return shutil.copytree(rendered, tmp_path / "study")


def change_results(root: Path, key: str, name: str, value: Any) -> None:
    """Write another value into results.json."""
    results = read_results(root)
    results[key][name] = value
    (root / RESULTS).write_text(json.dumps(results), encoding="utf-8")


def test_rendering_twice_changes_nothing(study: Path) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    report(study)
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before


def test_check_fails_after_a_number_is_edited_by_hand(study: Path) -> None:
    check(study)
    path = study / "README.md"
    text = path.read_text(encoding="utf-8")
    edited = re.sub(r"95% interval [\d.,]+", "95% interval 0", text, count=1)
    path.write_text(edited, encoding="utf-8", newline="\n")
    with pytest.raises(ProjectError, match="block `headline` differs"):
        check(study)
    write_texts(study, load_settings(study), read_results(study))
    check(study)


def test_the_headline_is_the_measured_one(study: Path) -> None:
    change_results(study, "test", "score", 1234567.0)
    assert "README.md: block `headline` differs from the results" in found(study)
    write_texts(study, load_settings(study), read_results(study))
    assert "1,230,000" in (study / "README.md").read_text(encoding="utf-8")


def test_a_figure_of_other_results_is_noticed(study: Path) -> None:
    change_results(study, "test", "rows", 7)
    assert "reports/figures/headline.png was drawn from other results" in found(study)


def test_deleted_blocks_and_texts_are_not_missed(study: Path) -> None:
    (study / "README.md").write_text("# all my own words\n", encoding="utf-8")
    write_texts(study, load_settings(study), read_results(study))
    check(study)
    assert (study / "README.md").read_text(encoding="utf-8") == "# all my own words\n"


def test_stale_results_fail_the_check(study: Path) -> None:
    with (study / "project.toml").open("a", encoding="utf-8") as file:
        file.write("\n# another word\n")
    with pytest.raises(ProjectError, match="the settings changed"):
        check(study)


def found(root: Path) -> list[str]:
    """Return what differs from the results."""
    return differences(root, load_settings(root), read_results(root))
