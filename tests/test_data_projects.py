"""A project made for a messy file runs as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tomlkit
from conftest import Workshop, make

from mlscaffold.catalog import read_manifest
from mlscaffold.data.own import Wish, look
from mlscaffold.release import TEMPLATES


def german_sales(path: Path) -> Path:
    lines = ["Verkäufe 2020;;;;", "Nr;Stadt;Tag;Fläche;Preis"]
    for n in range(400):
        area = 40 + (n * 7 % 90 if n % 3 else 20)  # many of one size
        price = f"{1000 + 9 * area + n * n % 397:,}".replace(",", ".")
        city = ("Graz", "Köln")[n % 2] if n % 11 else "?"
        lines.append(
            f"{n + 1};{city};{n % 28 + 1:02d}.{n // 40 + 1:02d}.2020;{area},5;{price},00 €"
        )
    path.write_text("\n".join([*lines, "Summe;;;;1,00 €"]) + "\n", encoding="cp1252")
    return path


@pytest.mark.slow
def test_a_messy_file_becomes_a_project_that_runs(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    own = look(Wish(str(german_sales(tmp_path / "sales.csv")), target="Preis"))
    default = read_manifest(TEMPLATES)[1][own.kind].default_dataset
    project = make(working, tmp_path / "project", own.kind, default)
    own.put(project)
    schema = json.loads((TEMPLATES / "schemas" / f"{own.kind}.json").read_text())
    (project / "project.toml").write_text(tomlkit.dumps(own.settings(schema)))
    workshop.run(project, "reproduce")
    results = json.loads((project / "reports/results.json").read_text())
    assert results["train"]["data"]["rows"] == 400
    assert results["train"]["data"]["missing"] == {"Stadt": 37}
    assert results["evaluate"]["headline"]["rows"] == 80
