"""The templates themselves: each type, rendered, held against copier, and run by its own tools."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import copier
import pytest
from conftest import Workshop, committed, files, make
from regenerate import bring_data, downloads

from mlscaffold.catalog import Catalog, read_manifest, read_parts
from mlscaffold.contract import Results
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record, write_tree
from mlscaffold.store import BUNDLE, URL, open_store

TYPES = read_manifest(TEMPLATES)[1]
PARTS = read_parts(TEMPLATES)
DATASETS = [
    (name, path.stem)
    for name in TYPES
    for path in sorted((TEMPLATES / "datasets" / name).glob("*.toml"))
]
DEFAULTS = [(name, kind.default_dataset) for name, kind in TYPES.items()]


def test_newest_release_is_what_the_templates_compose_to_or_they_carry_a_later_version(
    working: Path, tmp_path: Path
) -> None:
    version = read_manifest(TEMPLATES)[0]
    newest = list(read_record(RELEASES))[-1]
    git("clone", "--quiet", "--bare", BUNDLE, tmp_path / "history.git")
    if f"v{version}" == newest:
        released = read_record(RELEASES)[newest]["tree"]
        assert write_tree(tmp_path / "history.git", working) == released, (
            f"the templates are no longer those of {newest}: give them the next version in "
            'templates/layers.toml, "X.Y.Z.dev0" while you work'
        )
    else:
        assert re.fullmatch(r"\d+\.\d+\.\d+\.dev\d+", version)


def test_no_release_was_altered(tmp_path: Path) -> None:
    git("clone", "--quiet", "--bare", BUNDLE, tmp_path / "history.git")
    for tag, entry in read_record(RELEASES).items():
        assert git("rev-parse", f"{tag}^{{tree}}", cwd=tmp_path / "history.git") == entry["tree"]
        assert git("rev-parse", tag, cwd=tmp_path / "history.git") == entry["commit"]


def test_store_offers_the_newest_release() -> None:
    assert open_store().version == list(read_record(RELEASES))[-1]


@pytest.mark.parametrize(
    ("project_type", "dataset"),
    [
        pair if pair in DEFAULTS else pytest.param(*pair, marks=pytest.mark.slow)
        for pair in DATASETS
    ],
)
def test_render_equals_copier(
    working: Path, tmp_path: Path, project_type: str, dataset: str
) -> None:
    ours = make(working, tmp_path / "ours", project_type, dataset)
    answers = {"project_type": project_type, "dataset": dataset, "project_name": "a-project"}
    copier.run_copy(
        str(working),
        tmp_path / "copiers",
        data={**answers, "author": "Ada Lovelace", "year": 2026},
        defaults=True,
        quiet=True,
    )
    assert files(ours) == files(tmp_path / "copiers")


@pytest.mark.parametrize(("project_type", "dataset"), DATASETS)
def test_rendered_text_holds_no_placeholder(
    working: Path, tmp_path: Path, project_type: str, dataset: str
) -> None:
    project = make(working, tmp_path / "project", project_type, dataset)
    for name, content in files(project).items():
        if name.endswith(".md.j2"):  # `report` fills it
            continue
        text = content.decode()
        text = text.replace("${{", "").replace("{% block NAME %}", "")  # `report` tells of these
        left = re.search(r"\{%-? |\{\{ *[a-z_]+ *[|}]|\bTODO\b|\bFIXME\b", text)
        assert not left, name  # `${{ }}` belongs to the CI workflow


@pytest.mark.parametrize(("project_type", "dataset"), DATASETS)
def test_every_built_in_data_set_states_its_provenance(project_type: str, dataset: str) -> None:
    entry = tomllib.loads(
        (TEMPLATES / "datasets" / project_type / f"{dataset}.toml").read_text("utf-8")
    )
    data = entry["data"]
    assert data["licence"]
    assert data["citation"]
    assert data.get("demo") or list(downloads(entry))
    for table in downloads(entry):
        assert re.fullmatch(r"[0-9a-f]{64}", table["sha256"])
        assert re.search(r"/[0-9a-f]{40}/", table["url"]), "the URL is not pinned to a commit"


@pytest.mark.parametrize("project_type", TYPES)
def test_default_data_set_is_a_demo_that_needs_no_network(working: Path, project_type: str) -> None:
    catalog = Catalog(working)
    assert catalog.dataset(project_type, TYPES[project_type].default_dataset).demo


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_workflow_fits_the_schema(working: Path, tmp_path: Path, project_type: str) -> None:
    project = make(working, tmp_path / "project", project_type, TYPES[project_type].default_dataset)
    workflow = project / ".github" / "workflows" / "ci.yml"
    schema = ("-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows")
    subprocess.run([sys.executable, *schema, workflow], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_study_alone_passes_its_own_checks(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str
) -> None:
    dataset = TYPES[project_type].default_dataset
    project = committed(make(working, tmp_path / "project", project_type, dataset, parts=[]))
    check_code(workshop, project)
    workshop.run(project, "reproduce")
    workshop.run(project, "report", "--check")
    found = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    assert Results.model_validate(found).evaluate
    evidence = (project / "reports" / "evidence.md").read_text("utf-8")
    assert evidence == evidence.strip() + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_project_with_all_parts_passes_its_own_checks_and_runs_every_study(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str
) -> None:
    dataset = TYPES[project_type].default_dataset
    parts = [name for name, part in PARTS.items() if project_type in part.types]
    project = committed(make(working, tmp_path / "project", project_type, dataset, parts))
    check_code(workshop, project)
    workshop.run(project, "reproduce")
    studies = [path.stem for path in project.glob("src/a_project/studies/[!_]*.py")]
    for study in studies:
        workshop.run(project, "python", "-m", f"a_project.studies.{study}")
    workshop.run(project, "report")
    workshop.run(project, "report", "--check")
    found = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    assert set(found["studies"]) == set(studies)


def check_code(workshop: Workshop, project: Path) -> None:
    """Let a project's own linter, type checker and tests judge it."""
    workshop.run(project, "ruff", "check")
    workshop.run(project, "ruff", "format", "--check")
    workshop.run(project, "mypy")
    workshop.run(project, "pytest", "-q")


REAL = [pair for pair in DATASETS if pair not in DEFAULTS]
QUICK = [  # of each type a set of real data on which the whole study takes about a minute
    ("regression", "california_housing"),
    ("classification", "telco_churn"),
    ("recommender", "msweb"),
]
FACTS = """
import json, sys, warnings
warnings.simplefilter("ignore")  # the commands of a project show none either
from a_project.data import load
from a_project.kit.settings import load_settings
found = load(load_settings())
json.dump(found[1] if isinstance(found, tuple) else found.facts, sys.stdout, default=str)
"""


def on_real_data(working: Path, project: Path, project_type: str, dataset: str) -> Path:
    make(working, project, project_type, dataset)
    if missing := bring_data(project):
        pytest.skip(f"{missing[0]} is not below the folder that MLSCAFFOLD_TEST_DATA names")
    return committed(project)


@pytest.mark.slow
@pytest.mark.parametrize(("project_type", "dataset"), REAL)
def test_real_data_is_what_its_project_declares(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str, dataset: str
) -> None:
    project = on_real_data(working, tmp_path / "project", project_type, dataset)
    facts = json.loads(workshop.run(project, "python", "-c", FACTS))
    assert facts["rows"] > 0
    assert facts["columns"] > 1


@pytest.mark.slow
@pytest.mark.parametrize(("project_type", "dataset"), QUICK)
def test_project_runs_on_real_data(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str, dataset: str
) -> None:
    project = on_real_data(working, tmp_path / "project", project_type, dataset)
    workshop.run(project, "reproduce")
    workshop.run(project, "report", "--check")


@pytest.mark.parametrize("tag", read_record(RELEASES))
def test_no_released_type_disappears(tag: str) -> None:
    """Projects of it could not be updated any more."""
    folders = git("ls-tree", "-d", "--name-only", tag, cwd=open_store().repository).split()
    assert set(folders) - {"datasets", "schemas"} <= set(TYPES)


def test_answers_name_the_public_url_of_the_templates() -> None:
    assert URL == "git+mlscaffold://templates"
