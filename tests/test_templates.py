"""The templates themselves: each type, rendered, held against copier, and run by its own tools."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import copier
import pytest
from conftest import Finished, Workshop, committed, files, make, parts_of, studies_of
from regenerate import bring_data, downloads

from mlscaffold.catalog import Catalog, read_manifest
from mlscaffold.contract import Results
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record, write_tree
from mlscaffold.store import BUNDLE, URL, open_store

TYPES = read_manifest(TEMPLATES)[1]
DATASETS = [
    (name, path.stem)
    for name in TYPES
    for path in sorted((TEMPLATES / "datasets" / name).glob("*.toml"))
]
DEFAULTS = [(name, kind.default_dataset) for name, kind in TYPES.items()]
OTHERS = list(
    {name: (name, path) for name, path in DATASETS if (name, path) not in DEFAULTS}.values()
)


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
    [*DEFAULTS, *(pytest.param(*pair, marks=pytest.mark.slow) for pair in OTHERS)],
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


def alone(working: Path, project: Path, project_type: str) -> Path:
    """A project without parts, on the data that come with its type."""
    return make(working, project, project_type, TYPES[project_type].default_dataset, parts=[])


@pytest.mark.parametrize("project_type", TYPES)
def test_parts_add_files_and_change_no_code(
    working: Path, tmp_path: Path, project_type: str
) -> None:
    """So what the tests of a project with all parts say of the study holds without them."""
    bare = files(alone(working, tmp_path / "alone", project_type))
    dataset = TYPES[project_type].default_dataset
    whole = files(make(working, tmp_path / "whole", project_type, dataset, parts_of(project_type)))
    code = {path: text for path, text in bare.items() if path.startswith(("src/", "tests/"))}
    assert code.items() < whole.items()


@pytest.mark.parametrize("project_type", TYPES)
@pytest.mark.parametrize("parts", ["none", "all"])
def test_every_library_that_is_imported_is_declared(
    working: Path, tmp_path: Path, project_type: str, parts: str
) -> None:
    dataset, chosen = TYPES[project_type].default_dataset, parts_of(project_type)
    project = make(
        working, tmp_path / "project", project_type, dataset, chosen if parts == "all" else []
    )
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    needed = {re.split(r"[<>=\[]", each)[0] for each in declared["project"]["dependencies"]}
    known = {"a_project", *sys.stdlib_module_names, *needed}
    for path in project.glob("src/**/*.py"):
        libraries = {OF.get(module, module) for module in imported(path.read_text("utf-8"))}
        assert libraries <= known, path


OF = {  # the library that brings a module of another name
    "sklearn": "scikit-learn",
    "pydantic_core": "pydantic",
    "distributed": "dask",
    "fsspec": "dask",
}


def imported(code: str) -> set[str]:
    """Return the top-level modules that a file imports, its own package's left out."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("types")  # on one worker: mypy reads the libraries once
@pytest.mark.parametrize("project_type", TYPES)
@pytest.mark.parametrize("parts", ["none", "all"])
def test_code_passes_its_linter_and_its_type_checker(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str, parts: str
) -> None:
    dataset, chosen = TYPES[project_type].default_dataset, parts_of(project_type)
    project = make(
        working, tmp_path / "project", project_type, dataset, chosen if parts == "all" else []
    )
    workshop.check_code(project)


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_project_runs_with_all_its_studies_and_passes_its_own_tests(
    finished: Finished, tmp_path: Path, workshop: Workshop, project_type: str
) -> None:
    project = Path(shutil.copytree(finished.project(project_type), tmp_path / "project"))
    workshop.run(project, "report", "--check")
    found = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    assert Results.model_validate(found).evaluate
    assert sorted(found["studies"]) == studies_of(project)
    evidence = (project / "reports" / "evidence.md").read_text("utf-8")
    assert evidence == evidence.strip() + "\n"
    workshop.run(project, "pytest", "-q")


UNWRITTEN = [  # what a program calls a thing, and a size that asks for another unit
    r"\b(roc auc|brier \||rmse|mae|ndcg)\b|\|\s*brier\b",
    r"\d,\d{3} kB",
    r"\b1 (seconds|minutes|hours|days)\b",
    r"stronger penalty",
    r" - to -",
    r"(?m)^\s*it does|\. It (does|is) (worst|weakest)",
]


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_texts_call_things_as_people_do(finished: Finished, project_type: str) -> None:
    project = finished.project(project_type)
    for path in [*project.glob("*.md"), project / "reports" / "evidence.md"]:
        for pattern in UNWRITTEN:
            assert not re.search(pattern, path.read_text("utf-8")), f"{path.name}: {pattern}"


def test_a_share_is_written_with_two_digits_and_nearly_all_is_not_all() -> None:
    path = TEMPLATES / "base" / "src" / "{{ package }}" / "kit" / "__init__.py"
    kit: dict[str, Any] = {"__name__": "kit"}
    exec(path.read_text("utf-8"), kit)
    shares = [0, 0.0123, 0.5, 0.99, 0.996, 1, None]
    written = ["0%", "1.2%", "50%", "99%", "99.6%", "100%", "-"]
    assert [kit["percent"](share) for share in shares] == written


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_results_are_those_of_the_study_whatever_parts_stand_beside_it(
    finished: Finished, workshop: Workshop, project_type: str
) -> None:
    """Neither `report` nor the hashes of code ask for more than the study has."""
    workshop.run(finished.study(project_type), "report", "--check")


REAL = [pair for pair in DATASETS if pair not in DEFAULTS]
QUICK = [  # of each type a set of real data on which the whole study takes seconds, and rows of it
    ("regression", "california_housing", 3000),
    ("classification", "palmer_penguins", None),  # the one with three classes
    ("recommender", "msweb", None),
]
FACTS = """
import json, os, sys, warnings
warnings.simplefilter("ignore")  # the commands of a project show none either
from a_project.data import load
from a_project.kit.settings import load_settings
told = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    found = load(load_settings())
    told[os.path.basename(folder)] = found[1] if isinstance(found, tuple) else found.facts
json.dump(told, sys.stdout, default=str)
"""


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_real_data_are_what_their_projects_declare(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str
) -> None:
    names = [dataset for kind, dataset in REAL if kind == project_type]
    made = [make(working, tmp_path / name, project_type, name) for name in names]
    there = [project for project in made if not bring_data(project)]
    if not there:
        pytest.skip("MLSCAFFOLD_TEST_DATA names no folder with the files of any data set")
    facts = json.loads(workshop.run(there[0], "python", "-c", FACTS, *map(str, there)))
    assert facts.keys() == {project.name for project in there}
    assert all(told["rows"] > 0 and told["columns"] > 1 for told in facts.values())


@pytest.mark.slow
@pytest.mark.parametrize(("project_type", "dataset", "rows"), QUICK)
def test_project_runs_on_real_data(
    working: Path,
    tmp_path: Path,
    workshop: Workshop,
    project_type: str,
    dataset: str,
    rows: int | None,
) -> None:
    project = make(working, tmp_path / "project", project_type, dataset)
    if missing := bring_data(project):
        pytest.skip(f"{missing[0]} is not below the folder that MLSCAFFOLD_TEST_DATA names")
    if rows:
        thin(project, rows)
    workshop.run(committed(project), "reproduce")
    workshop.run(project, "report", "--check")


def thin(project: Path, rows: int) -> None:
    """Keep so many rows of the data, from all over the file."""
    declared = (project / "project.toml").read_text("utf-8")
    data = project / "data" / tomllib.loads(declared)["data"]["source"]
    header, *lines = data.read_text("utf-8").splitlines(keepends=True)
    data.write_text("".join([header, *lines[:: len(lines) // rows]]), "utf-8")
    fetched = re.compile(r'^(url|sha256) = ".*\n', re.MULTILINE)
    (project / "project.toml").write_text(fetched.sub("", declared), "utf-8")


@pytest.mark.parametrize("tag", read_record(RELEASES))
def test_no_released_type_disappears(tag: str) -> None:
    """Projects of it could not be updated any more."""
    folders = git("ls-tree", "-d", "--name-only", tag, cwd=open_store().repository).split()
    assert set(folders) - {"datasets", "schemas"} <= set(TYPES)


def test_answers_name_the_public_url_of_the_templates() -> None:
    assert URL == "git+mlscaffold://templates"
