"""The service of every project type, as people and programs meet it: page, interface, container."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workshop, committed, make
from dockerfile_parse import DockerfileParser
from playwright.sync_api import Browser, Page, sync_playwright

from mlscaffold.catalog import read_manifest
from mlscaffold.release import TEMPLATES

pytestmark = pytest.mark.slow
TYPES = read_manifest(TEMPLATES)[1]
JSON = {"content-type": "application/json"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def trained(
    working: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Projects on their default data, in which `train` ran; each is made when it is asked for."""

    class Projects(dict[str, Path]):
        def __missing__(self, name: str) -> Path:
            folder = tmp_path_factory.mktemp(name) / "project"
            project = committed(make(working, folder, name, TYPES[name].default_dataset))
            workshop.run(project, "train")
            self[name] = project
            return project

    return Projects()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], folder: Path, variables: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that writes to log.txt and said.txt; a full pipe would make it wait."""
    with (folder / "log.txt").open("wb") as log, (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=said)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            urllib.request.urlopen(f"{address}/health").read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service never answered")


@contextmanager
def serving(project: Path, workshop: Workshop) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of the project's service, and its process."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [str(workshop.program(project, "serve")), "--port", str(port)]
    with running(command, project, workshop.variables) as process:
        wait_for(address, process)
        yield address, process


@pytest.fixture(scope="module", params=TYPES)
def service(
    request: pytest.FixtureRequest, trained: dict[str, Path], workshop: Workshop
) -> Iterator[tuple[str, Path]]:
    """The address of the running service of each type, and its project."""
    project = trained[request.param]
    with serving(project, workshop) as (address, _):
        yield address, project


@pytest.mark.parametrize("project_type", TYPES)
def test_service_stops_in_order_and_has_logged_what_it_answered(
    trained: dict[str, Path], workshop: Workshop, project_type: str
) -> None:
    with serving(trained[project_type], workshop) as (address, process):
        health = json.load(urllib.request.urlopen(f"{address}/health"))
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    said = (trained[project_type] / "said.txt").read_text("utf-8")
    log = (trained[project_type] / "log.txt").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["path"] for line in lines} == {"/health"}
    assert {line["model_version"] for line in lines} == {health["model_version"]}
    assert said.splitlines()[-1] == "stopped"
    assert "Traceback" not in said


@pytest.mark.parametrize("project_type", TYPES)
def test_a_crowd_gets_the_answers_of_one_and_nothing_else_is_said(
    trained: dict[str, Path], workshop: Workshop, project_type: str
) -> None:
    path = "/recommend" if project_type == "recommender" else "/predict"
    with serving(trained[project_type], workshop) as (address, process):
        interface = json.load(urllib.request.urlopen(f"{address}/openapi.json"))
        content = interface["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        body = json.dumps(content["schema"]["examples"][0]).encode()
        asked = urllib.request.Request(f"{address}{path}", body, JSON)
        alone = urllib.request.urlopen(asked).read()
        with ThreadPoolExecutor(16) as crowd:
            answers = list(crowd.map(lambda _: urllib.request.urlopen(asked).read(), range(400)))
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert set(answers) == {alone}
    assert len((trained[project_type] / "said.txt").read_text("utf-8").splitlines()) == 3


def test_schemathesis_finds_nothing(service: tuple[str, Path]) -> None:
    command = [str(SCRIPTS / "schemathesis"), "run", f"{service[0]}/openapi.json"]
    options = ["--max-examples", "25", "--seed", "1", "--no-color"]
    folder = service[1]  # it leaves a cache where it runs
    done = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@contextmanager
def visiting(browser: Browser, address: str, scheme: str = "light") -> Iterator[Page]:
    """A page that must complain about nothing and ask no other host."""
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page, complaints, asked = context.new_page(), [], []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    yield page
    assert complaints == []
    assert all(url.startswith(address.partition("#")[0].rstrip("/")) for url in asked)
    context.close()


def inputs_of(project: Path) -> list[dict[str, str]]:
    results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    if "inputs" not in results:
        pytest.skip("the page of a recommender has no form of inputs")
    found: list[dict[str, str]] = results["inputs"]
    return found


def show_every_input(page: Page) -> None:
    page.wait_for_selector("#answer > *")
    rest = page.locator("summary")
    if rest.is_visible():
        rest.press("Enter")


def test_page_answers_to_the_keyboard(service: tuple[str, Path], browser: Browser) -> None:
    inputs = inputs_of(service[1])
    with visiting(browser, service[0]) as page:
        show_every_input(page)
        for item in inputs:
            assert page.get_by_label(item["name"], exact=True).is_visible()
        before = page.locator("#effects").inner_text()
        name = next(item["name"] for item in inputs if item["kind"] == "number")
        page.get_by_label(f"{name}, slider", exact=True).focus()
        page.keyboard.press("End")
        changed = "text => document.querySelector('#effects').innerText !== text"
        page.wait_for_function(changed, arg=before)
        assert name in page.locator("#effects").inner_text()


def test_page_shows_a_problem_at_its_field_and_recovers(
    service: tuple[str, Path], browser: Browser
) -> None:
    name = next(item["name"] for item in inputs_of(service[1]) if item["kind"] == "number")
    page = browser.new_page()  # a refused request is logged by the browser
    page.goto(service[0])
    box = page.get_by_label(name, exact=True)
    show_every_input(page)
    box.fill("1e300")
    page.wait_for_selector("[aria-invalid=true]")
    assert box.get_attribute("aria-invalid") == "true"
    assert name in page.locator("#trouble").inner_text()
    page.get_by_role("button", name="Typical").click()
    page.wait_for_selector("#trouble", state="hidden")
    page.close()


def test_page_of_a_recommender_finds_titles_and_makes_a_list(
    service: tuple[str, Path], browser: Browser
) -> None:
    about = json.load(urllib.request.urlopen(f"{service[0]}/about"))
    if about["type"] != "recommender":
        pytest.skip("this page has a form of inputs")
    title = json.load(urllib.request.urlopen(f"{service[0]}/items?limit=1"))[0]["title"]
    with visiting(browser, service[0]) as page:
        search = page.get_by_label("What they had", exact=True)
        search.press_sequentially(title[:6])
        page.get_by_role("option", name=title).first.wait_for()
        search.press("ArrowDown")
        search.press("Enter")
        page.get_by_text("because of").first.wait_for()


def test_page_begins_with_a_typical_row_and_fits_a_phone(
    service: tuple[str, Path], browser: Browser
) -> None:
    inputs_of(service[1])
    with visiting(browser, service[0]) as page:
        page.set_viewport_size({"width": 400, "height": 900})
        page.get_by_text("Nothing: every input is typical.").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_the_page_has_contrast(
    service: tuple[str, Path], browser: Browser, scheme: str
) -> None:
    """At least 4.5 to 1, as WCAG AA asks of text, between the colours of text and surfaces."""
    with visiting(browser, service[0], scheme) as page:
        for text in ("text", "quiet", "accent", "bad", "warn"):
            for surface in ("ground", "card"):
                assert page.evaluate(CONTRAST, [text, surface]) >= 4.5, (text, surface)


CONTRAST = """([one, other]) => {
  const brightness = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
    probe.remove();
    const linear = parts.map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const [low, high] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize("project_type", TYPES)
def test_dockerfile_passes_its_linter(trained: dict[str, Path], project_type: str) -> None:
    versions = ("--ignore", "DL3008")  # Debian keeps one version of a package, so none is pinned
    command = [str(SCRIPTS / "hadolint"), *versions, str(trained[project_type] / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("project_type", ["regression", "recommender"])
def test_steps_of_the_container_work_in_an_empty_folder(
    trained: dict[str, Path], workshop: Workshop, tmp_path: Path, project_type: str
) -> None:
    """There is no Docker here: its copies and commands are made one after the other."""
    project, app = trained[project_type], tmp_path / "app"
    app.mkdir()
    context = tmp_path / "context"
    for line in (project / ".dockerignore").read_text("utf-8").splitlines():
        if line.startswith("!"):
            copy(project / line[1:], context / line[1:])
    variables = {**workshop.variables, "PATH": f"{Path(workshop.uv).parent}:{os.environ['PATH']}"}
    variables.pop("UV_PROJECT_ENVIRONMENT", None)
    health: list[str] = []
    command: list[str] = []
    stage = 0
    for step in DockerfileParser(str(project)).structure:
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
    port = str(free_port())
    variables["PATH"] = f"{app / '.venv' / 'bin'}:{variables['PATH']}"
    program = [str(app / ".venv" / "bin" / command[0]), *command[1:], "--port", port]
    with running(program, app, variables) as process:
        wait_for(f"http://127.0.0.1:{port}", process)
        check = [part.replace("8000", port) for part in health]
        subprocess.run(check, cwd=app, env=variables, check=True)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)
