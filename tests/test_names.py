"""Which names are refused, and that what is proposed instead works."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlscaffold.errors import MlscaffoldError
from mlscaffold.names import LONGEST, USED, WINDOWS, name_from_folder, package_name, project_name

Read = Callable[[str], str]

REFUSED = [
    "",
    "import",
    "sklearn",
    "scikit-learn",
    "con",
    "json",
    "tests",
    "../x",
    "a/b",
    "ünïcode",
    "日本",
    "x" * 300,
    "Upper",
    "1st",
    "-x",
    "x-",
    "a--b",
    "a b",
    "a\nb",
    "x\n",
    "²",
    ".",
    "..",
    "--",
]


def proposal(read: Read, text: str) -> str:
    """Return the name that the refusal of `text` proposes."""
    with pytest.raises(MlscaffoldError) as refusal:
        read(text)
    return re.sub(r".*?`(?:--name )?(.*?)`.*", r"\1", refusal.value.hint)


@pytest.mark.parametrize("text", REFUSED)
def test_refused_project_name_comes_with_one_that_works(text: str) -> None:
    proposed = proposal(project_name, text)
    assert project_name(proposed) == proposed


@pytest.mark.parametrize("text", [*REFUSED, "bike-demand"])
def test_refused_package_name_comes_with_one_that_works(text: str) -> None:
    proposed = proposal(package_name, text)
    assert package_name(proposed) == proposed


@pytest.mark.parametrize("read", [project_name, package_name])
def test_no_reserved_name_passes_and_each_has_a_proposal_that_does(read: Read) -> None:
    reserved = {*keyword.kwlist, *sys.stdlib_module_names, *WINDOWS, *USED}
    for text in reserved:
        proposed = proposal(read, text)
        assert read(proposed) == proposed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ünïcode", "unicode"),
        ("Bike Demand", "bike-demand"),
        ("../x", "x"),
        ("import", "import-project"),
        ("123", "my-123"),
        ("日本", "my-project"),
    ],
)
def test_proposal_stays_close_to_what_was_typed(text: str, expected: str) -> None:
    assert proposal(project_name, text) == expected


def test_message_says_why() -> None:
    reasons = {
        "import": "word of the Python language",
        "json": "Python's standard library",
        "con": "Windows",
        "sklearn": "hide a library",
        "x" * (LONGEST + 1): "longer than",
    }
    for text, reason in reasons.items():
        with pytest.raises(MlscaffoldError, match=reason):
            project_name(text)


def test_message_about_a_long_name_is_short() -> None:
    with pytest.raises(MlscaffoldError) as refusal:
        project_name("x" * 300)
    assert len(refusal.value.message) < 120


@pytest.mark.parametrize("name", ["x", "bike-demand", "a1-b2", "x" * LONGEST, "my-import"])
def test_project_name_passes_as_it_is(name: str) -> None:
    assert project_name(name) == name


@pytest.mark.parametrize("name", ["x", "bike_demand", "a1_b2", "x" * LONGEST])
def test_package_name_passes_as_it_is(name: str) -> None:
    assert package_name(name) == name


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Bike Demand", "bike-demand"),
        ("bike_demand", "bike-demand"),
        ("Bike.Demand v2", "bike-demand-v2"),
        ("_private", "private"),
    ],
)
def test_folder_stands_for_a_name(folder: str, name: str) -> None:
    assert name_from_folder(Path("/somewhere") / folder) == name


@pytest.mark.parametrize("folder", ["ünïcode", "import", "con", "1", "x" * 200])
def test_folder_that_stands_for_no_name_is_refused_with_a_proposal(folder: str) -> None:
    proposed = proposal(lambda text: name_from_folder(Path(text)), folder)
    assert project_name(proposed) == proposed
