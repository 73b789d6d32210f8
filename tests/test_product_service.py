"""The service of every type, as programs meet it, and the container that it runs in."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workshop
from dockerfile_parse import DockerfileParser
from served import (
    free_port,
    get,
    inside,
    of,
    post,
    running,
    shop_rows,
    traffic_rows,
    write_rows,
)

pytestmark = pytest.mark.slow


def test_schemathesis_finds_nothing(service: str, tmp_path: Path) -> None:
    command = [str(SCRIPTS / "schemathesis"), "run", f"{service}/openapi.json"]
    options = ["--max-examples", "20", "--seed", "1", "--no-color"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_example_of_the_documentation_is_answered(service: str) -> None:
    bodies = get(f"{service}/openapi.json")["components"]["schemas"]
    rows = bodies["Body_predict_predict_post"]["properties"]["rows"]["examples"][0]
    answers = post(f"{service}/predict?remember=false", {"rows": rows})
    assert len(answers) == len(rows)


def test_more_rows_than_a_thousand_and_half_a_character_are_refused(service: str) -> None:
    assert post(f"{service}/predict", {"rows": [{}] * 1001}) == 422
    assert post(f"{service}/predict", b'{"rows": [{"\\ud800": NaN}]}') == 422


@of("regression")
def test_a_crowd_gets_the_answers_of_one(service: str) -> None:
    row = shop_rows(1, seed=8)[0]
    body = {"rows": [row | {"heat": 20.0}]}
    del body["rows"][0]["sold"]
    alone = post(f"{service}/predict", body)
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: post(f"{service}/predict", body), range(200)))
    assert set(alone[0]) == {"value", "low", "high", "outside"}
    assert all(answer == alone for answer in answers)


@of("anomaly")
def test_the_service_remembers_the_rows_of_a_series_that_it_has_seen(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    code = """
import csv
from fastapi.testclient import TestClient
from a_project.product.serve import create_app
rows = [row | {"cars": float(row["cars"])} for row in csv.DictReader(open(sys.argv[1]))]
def ask(client, rows):
    answer = client.post("/predict", json={"rows": rows})
    return answer.status_code if answer.is_error else [row["strangeness"] for row in answer.json()]
first, second = [TestClient(create_app(), base_url="http://localhost") for _ in range(2)]
single = [ask(first, [row])[0] for row in rows]
tell([single, ask(first, rows[:1]), ask(second, rows)])
"""
    source = write_rows(tmp_path / "next.csv", traffic_rows(24 * 40, 60))
    single, again, together = inside(trained_project, workshop, code, source)
    assert single == pytest.approx(together)
    assert again == 409


@of("regression", "recommender")
def test_damaged_results_start_no_service(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    copy = shutil.copytree(
        trained_project, tmp_path / "copy", ignore=shutil.ignore_patterns(".git")
    )
    code = """
from a_project import diagnose, evaluate
from a_project.kit import report
from a_project.product.serve import create_app
path, told = Path("reports/results.json"), []
whole = json.loads(path.read_text())
train, sys.argv = whole["train"], [""]
def written():
    files = [each for each in Path().rglob("*") if each.suffix in (".md", ".png", ".jsonl")]
    return {each: each.stat().st_mtime_ns for each in files}
before = written()
damaged = ["", "[]", 1, [], {}, {"inputs": 1}]
damaged += [{key: train[key] for key in train.keys() - {lost}} for lost in ("run", "model")]
damaged += [train | {"run": run} for run in ({}, 1, {"hashes": []}, {"hashes": {"code": []}})]
for each in damaged:
    content = each if isinstance(each, str) else json.dumps({"train": each})
    path.write_text(content)
    told.append(stopped(create_app if content else diagnose.main))
    sections = {name: each for name in ("train", "diagnose", "evaluate")}
    path.write_text(content if isinstance(each, str) else json.dumps(sections))
    told += [stopped(report.main), stopped(evaluate.main)]
    assert written() == before
tell(told)
"""
    for said in inside(copy, workshop, code):
        assert said.count("hint:") == 1, said
        assert "called" not in said  # of the type of project, which is not at fault


@of("regression")
def test_a_port_that_there_is_not_is_a_wrong_command_line(
    trained_project: Path, workshop: Workshop
) -> None:
    assert "no port 99999" in workshop.run(trained_project, "serve", "--port", "99999", status=2)


def test_dockerfile_passes_its_linter(trained_project: Path) -> None:
    versions = ("--ignore", "DL3008")  # Debian keeps one version of a package, so none is pinned
    command = [str(SCRIPTS / "hadolint"), *versions, str(trained_project / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@of("regression")
def test_steps_of_the_container_work_in_an_empty_folder(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    """There is no Docker here: its copies and commands are made one after the other."""
    app = tmp_path / "app"
    app.mkdir()
    context = tmp_path / "context"
    for line in (trained_project / ".dockerignore").read_text("utf-8").splitlines():
        if line.startswith("!"):
            copy(trained_project / line[1:], context / line[1:])
    variables = {**workshop.variables, "PATH": f"{Path(workshop.uv).parent}:{os.environ['PATH']}"}
    variables.pop("UV_PROJECT_ENVIRONMENT", None)
    health: list[str] = []
    command: list[str] = []
    stage = 0
    for step in DockerfileParser(str(trained_project)).structure:
        words = shlex.split(step["value"])
        if step["instruction"] == "FROM":
            stage += 1
            if stage == 2:  # of what was built only the environment is taken over
                for path in [path for path in app.iterdir() if path.name != ".venv"]:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif step["instruction"] == "COPY" and not words[0].startswith("--from"):
            *sources, target = words
            for source in sources:
                into = target.endswith("/")
                copy(context / source, app / target / Path(source).name if into else app / target)
        elif step["instruction"] == "RUN" and words[0] == "uv":
            subprocess.run([*words, "--python", sys.executable], cwd=app, env=variables, check=True)
        elif step["instruction"] == "HEALTHCHECK":
            health = json.loads(step["value"][step["value"].index("[") :])
        elif step["instruction"] == "CMD":
            command = json.loads(step["value"])
    port = free_port()
    variables["PATH"] = f"{app / '.venv' / 'bin'}:{variables['PATH']}"
    program = [str(app / ".venv" / "bin" / command[0]), *command[1:], "--port", str(port)]
    with running(program, app, variables, port):
        check = [part.replace("8000", str(port)) for part in health]
        subprocess.run(check, cwd=app, env=variables, check=True)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)
