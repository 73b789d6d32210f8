"""`mlscaffold show`: one page that stands alone, whatever the repository holds."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path

import pytest
from conftest import Command, files, write_files
from test_defend import PROJECT, project, repository

from mlscaffold.show.review import render, review

__all__ = ["project", "repository"]  # fixtures of test_defend

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
README = """\
# Bicycles

**Off by 66 rentals**, see [the card](MODEL_CARD.md) and <script>alert(1)</script>.

![Demand by hour](reports/figures/result.png)

| model | error |
|---|---|
| ridge | 74 |

## Later

Nobody reads this far.
"""


@pytest.fixture
def page(project: Path) -> str:
    (project / "README.md").write_text(README, "utf-8")
    (project / "reports/figures/result.png").write_bytes(PIXEL)
    return render(review(project))


def test_the_page_needs_nothing_else(page: str) -> None:
    assert set(re.findall(r'(?:src|href)="([a-z]+):', page)) == {"data"}
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


def test_the_page_shows_what_a_reviewer_sees_first(page: str) -> None:
    for said in (
        "66.1 rentals",
        "24% better",
        "<strong>met</strong>",
        "boosting (chosen)",
        "lower is better",
        "rush hour",
        "which rows will the model meet when it is used?",
        "What is your result on the rows that the model never saw",
    ):
        assert said in page, said
    assert "Nobody reads this far" not in page
    assert "<td>ridge</td>" in page


def test_a_picture_is_shown_once(page: str) -> None:
    assert page.count("data:image/png") == 1


def test_a_link_to_a_file_is_only_its_text(page: str) -> None:
    assert "MODEL_CARD.md" not in page
    assert "the card" in page


def test_what_the_repository_says_is_text_and_no_code(project: Path) -> None:
    hostile = '"><script>alert(1)</script>'
    told = PROJECT.replace('"Bicycles"', f"'{hostile}'")
    (project / "project.toml").write_text(told, "utf-8")
    (project / "README.md").write_text(README, "utf-8")
    made = render(review(project))
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_a_strangers_repository_without_a_readme_has_a_page(tmp_path: Path) -> None:
    write_files(tmp_path, {"train.py": "model.fit(X_test, y_test)\n"})
    made = render(review(tmp_path))
    assert "There is no README" in made
    assert "The result" not in made


def test_the_page_is_written_once_more_but_never_over_something_else(
    project: Path, mlscaffold: Command
) -> None:
    out = project / "review.html"
    assert mlscaffold("show", project, "--out", out).status == 0
    assert mlscaffold("show", project, "--out", out).status == 0
    before = files(project)
    assert mlscaffold("show", project, "--out", project / "README.md").status == 1
    assert files(project) == before
    status = subprocess.run(
        ["git", "status", "--short"], cwd=project, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def test_names_that_are_no_text_do_not_stop_the_page(tmp_path: Path, mlscaffold: Command) -> None:
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    folder = write_files(tmp_path / "repo", {name: "GridSearchCV().fit(X_test, y_test)\n"})
    done = mlscaffold("show", folder, "--out", tmp_path / "page.html")
    assert done.status == 0
    assert "caf" in (tmp_path / "page.html").read_text("utf-8")
