"""The part `product` of every type, as people and programs meet it: files, service, page."""

from __future__ import annotations

import csv
import json
import operator
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

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
INVENTED = """
[project]
title = "Something invented"
question = "How much?"
decision_maker = "The owner"
decision = "acts on it"
success = "Better than today."
goal = 0.1

[data]
source = "rows.csv"
licence = "CC0 1.0"
description = "Invented rows."
"""
SHOP = """
[columns]
target = "sold"
unit = "loaves"
numeric = ["heat", "holiday"]
categorical = ["street"]
date = ["day"]
labels = { heat = "temperature at noon" }
categories = { street = { 1 = "market square", 2 = "station" } }

[split]
kind = "random"
folds = 3

[metric]
name = "mae"
"""
TRAFFIC = """
[columns]
unit = "hours"
numeric = ["cars"]
time = "hour"

[history]
lengths = ["3h", "1D"]
season = "day"

[split]
kind = "time"

[alerts]
budget = 0.2
"""
Scheme = Literal["light", "dark"]
START = datetime(2025, 1, 1)  # noqa: DTZ001 - clocks of series have no time zone


def shop_rows(count: int, *, seed: int, warmer: float = 0) -> list[dict[str, Any]]:
    rng, rows = random.Random(seed), []
    for number in range(count):
        heat, street, holiday = rng.gauss(15 + warmer, 8), rng.choice("12"), rng.random() < 0.1
        day = date(2024, 1, 1) + timedelta(days=number % 365)
        sold = 100 + 3 * heat + 40 * (street == "2") - 50 * holiday + rng.gauss(0, 10)
        rows.append({"heat": f"{heat:.2f}", "holiday": int(holiday), "street": street,
                     "day": day.isoformat(), "sold": f"{sold:.1f}"})  # fmt: skip
    return rows


def traffic_rows(begin: int, count: int) -> list[dict[str, Any]]:
    rng = random.Random(begin)
    return [
        {"hour": (START + timedelta(hours=at)).isoformat(" "),
         "cars": round(500 + 300 * abs(at % 24 - 12) / 12 + rng.gauss(0, 10))}
        for at in range(begin, begin + count)
    ]  # fmt: skip


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OWN = {
    "regression": (SHOP, shop_rows(3000, seed=0)),
    "anomaly": (TRAFFIC, traffic_rows(0, 24 * 40)),
}


@pytest.fixture(scope="module")
def trained() -> dict[str, Path]:
    """The projects that were trained so far."""
    return {}


@pytest.fixture(scope="module", params=TYPES)
def project(
    request: pytest.FixtureRequest,
    trained: dict[str, Path],
    working: Path,
    workshop: Workshop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A project of this type in which `train` ran: of a shop, of traffic, of the built-in data."""
    kind = request.param
    if kind not in trained:
        place = tmp_path_factory.mktemp(kind) / "project"
        trained[kind] = make(working, place, kind, TYPES[kind].default_dataset)
        if kind in OWN:
            settings, rows = OWN[kind]
            (place / "project.toml").write_text(INVENTED + settings, encoding="utf-8")
            write_rows(place / "data" / "rows.csv", rows)
        workshop.run(committed(place), "train")
    return trained[kind]


def of(*kinds: str) -> pytest.MarkDecorator:
    """Run a test with the projects of these types only."""
    return pytest.mark.parametrize("project", kinds, indirect=True)


def inside(project: Path, workshop: Workshop, code: str, *arguments: object) -> Any:
    """What `code` tells inside of a project, where `stopped` returns what a call says."""
    said = workshop.run(project, "python", "-c", STOPPED + code, *map(str, arguments))
    return json.loads(said.partition("told: ")[2].splitlines()[0])


STOPPED = """
import contextlib, io, json, sys
from pathlib import Path
def stopped(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            call(*arguments)
        except SystemExit as end:
            print(end)
    return said.getvalue()
def tell(value):
    print("told:", json.dumps(value))
"""


# Files of rows


Answered = tuple[list[dict[str, str]], list[dict[str, str]], str]


@pytest.fixture(scope="module")
def answered(
    project: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Answered:
    """What `predict` makes of 25,000 days of the shop, with mistakes in some: answers, problems."""
    rows, folder = shop_rows(25_000, seed=1), tmp_path_factory.mktemp("answered")
    for row in rows[10_000:20_000]:
        row["heat"] = "warm"
    rows[3] |= {"day": "9999-12-31"}
    rows[4] |= {"day": "1700000000"}
    rows[5] |= {"heat": "", "day": ""}
    rows[6:10] = [rows[6] | {"street": street} for street in ("2", "2.0", " 2 ", "9")]
    target = folder / "out.csv"
    source = write_rows(folder / "in.csv", rows)
    said = workshop.run(project, "predict", str(source), str(target))
    return read_rows(target), read_rows(folder / "out.problems.csv"), said


@of("regression")
def test_rows_with_problems_are_gaps_in_their_places_even_where_a_whole_piece_has_them(
    answered: Answered,
) -> None:
    answers, problems, said = answered
    assert [row["row"] for row in answers] == [str(number) for number in range(1, 25_001)]
    gaps = [int(row["row"]) for row in answers if not row["value"]]
    assert gaps == [4, 5, *range(10_001, 20_001)]
    assert "without an answer: 10,002" in said
    assert problems[0]["value"] == "9999-12-31"
    assert "from 1700 to 2199" in problems[0]["problem"]


@of("regression")
def test_new_gaps_are_answered_and_named(answered: Answered) -> None:
    assert answered[0][5]["value"]
    assert answered[0][5]["outside"] == "heat; day"


@of("regression")
def test_a_category_is_the_same_however_a_program_writes_it(answered: Answered) -> None:
    answers = answered[0][6:10]
    assert len({row["value"] for row in answers[:3]}) == 1
    assert [row["outside"] for row in answers] == ["", "", "", "street"]


@of("regression")
def test_a_file_that_cannot_be_answered_is_explained_and_leaves_nothing(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    files = {
        "columns.csv": ("heat,street\n1,2\n", "no column 'holiday', 'day'"),
        "rows.csv": ("heat,holiday,street,day\n", "has no rows"),
        "nothing.csv": ("", "cannot be read as a table"),
        "wide.csv": ("heat,holiday,street,day\n1,0,1,2024-01-01\n1,0,1,2024-01-01,5,6\n",
                     "cannot be read"),
    }  # fmt: skip
    for name, (content, _) in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    code = """
from a_project.product.predict import predict
paths = map(Path, sys.argv[1:])
tell([stopped(predict, path, path.with_suffix(".out")) for path in paths])
"""
    told = inside(project, workshop, code, *(tmp_path / name for name in files))
    for said, (_, wanted) in zip(told, files.values(), strict=True):
        assert wanted in said
        assert "hint:" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


@of("regression")
def test_a_full_disk_is_named_and_leaves_nothing(
    project: Path, workshop: Workshop, tmp_path: Path, mount_disk: Callable[[int], Path]
) -> None:
    disk, source = mount_disk(200), write_rows(tmp_path / "in.csv", shop_rows(20_000, seed=7))
    said = workshop.run(project, "predict", str(source), str(disk / "out.csv"), status=1)
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert not list(disk.glob("out*"))


@of("anomaly")
def test_rows_of_a_series_may_be_swapped_and_go_on_over_pieces(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = traffic_rows(24 * 40, 400)
    straight = write_rows(tmp_path / "straight.csv", rows)
    rows[100], rows[101] = rows[101], rows[100]
    mixed = write_rows(tmp_path / "mixed.csv", [*rows, rows[0]])
    code = """
from a_project.product.predict import predict
for path in map(Path, sys.argv[1:]):
    predict(path, path.with_suffix(".out"))
tell(None)
"""
    inside(project, workshop, code, straight, mixed)
    one, other = (
        [row["strangeness"] for row in read_rows(path.with_suffix(".out"))]
        for path in (straight, mixed)
    )
    assert sorted(other) == sorted([*one, ""])
    assert [*other[100:102], other[400]] == [one[101], one[100], ""]


# The monitor


@of("regression")
def test_the_monitor_is_quiet_where_nothing_changed_and_speaks_where_much_or_little_did(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    unreadable = [{**row, "day": "9999-12-31"} for row in shop_rows(200, seed=6)]
    for row in unreadable:
        del row["sold"]
    without = [{"heat": row["heat"]} for row in shop_rows(200, seed=6)]
    files = [
        write_rows(tmp_path / "same.csv", shop_rows(2000, seed=3)),
        write_rows(tmp_path / "warm.csv", shop_rows(20_000, seed=4, warmer=2)),  # deviation: 8
        write_rows(tmp_path / "unreadable.csv", unreadable),
        write_rows(tmp_path / "without.csv", without),
    ]
    code = """
from a_project.product.monitor import monitor
tell([stopped(monitor, Path(path)) for path in sys.argv[1:]])
"""
    same, warm, wrong, absent = inside(project, workshop, code, *files)
    assert same.splitlines()[-1] == "no alarm in 2,000 rows"
    assert "changed" not in same
    assert "notice: temperature at noon: values changed" in warm
    assert "alarm: day: should be a date" in wrong
    assert "no column 'holiday', 'street', 'day'" in absent


@of("regression")
def test_another_unit_new_categories_and_worse_answers_are_alarms(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = [
        row | {"heat": 32 + 1.8 * float(row["heat"]), "street": "9" if number % 10 else "1"}
        for number, row in enumerate(shop_rows(2000, seed=5))
    ]
    source = write_rows(tmp_path / "new.csv", rows)
    said = workshop.run(project, "monitor", str(source), status=3)
    assert "alarm: temperature at noon: values changed" in said
    assert "alarm: mean absolute error" in said
    assert "notice: street: like none of the training rows, 1,800 of 2,000 rows" in said
    assert "Find the cause first" in said


@of("recommender")
def test_the_monitor_of_a_recommender_judges_lists_beside_the_one_for_everybody(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    [data] = (project / "data").glob("*.csv")
    lines = data.read_text("utf-8").splitlines()
    new = tmp_path / "new.csv"
    new.write_text("\n".join([lines[0], *lines[-2000:]]), encoding="utf-8")
    said = workshop.run(project, "monitor", str(new))
    assert "score: NDCG@10" in said
    assert "by the list for all" in said
    assert "no alarm" in said


# The service


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], folder: Path, variables: dict[str, str], port: int
) -> Iterator[str]:
    """The address of a service that answers; it must stop in order and without a traceback."""
    address, said = (
        f"http://127.0.0.1:{port}",
        folder / "said.txt",
    )  # a full pipe would make it wait
    with said.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=file, stderr=file)
    try:
        for _ in range(600):
            assert process.poll() is None, said.read_text("utf-8")
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/health").read()
                break
            time.sleep(0.1)
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
        assert "Traceback" not in said.read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def post(address: str, body: object) -> Any:
    """What the service answers, or the status with which it refuses."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, content, JSON)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code


def get(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def service(project: Path, workshop: Workshop) -> Iterator[str]:
    """The address of the project's service, which runs."""
    port = free_port()
    command = [str(workshop.program(project, "serve")), "--port", str(port)]
    with running(command, project, workshop.variables, port) as address:
        yield address


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
    project: Path, workshop: Workshop, tmp_path: Path
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
    single, again, together = inside(project, workshop, code, source)
    assert single == pytest.approx(together)
    assert again == 409


@of("regression", "recommender")
def test_damaged_results_start_no_service(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    copy = shutil.copytree(project, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    code = """
from a_project.product.serve import create_app
told = []
for content in ("", "[]", '{"train": {}}', '{"train": {"inputs": 1}}'):
    Path("reports/results.json").write_text(content)
    told.append(stopped(create_app))
tell(told)
"""
    assert all("hint:" in said for said in inside(copy, workshop, code))


@of("regression")
def test_a_port_that_there_is_not_is_a_wrong_command_line(
    project: Path, workshop: Workshop
) -> None:
    assert "no port 99999" in workshop.run(project, "serve", "--port", "99999", status=2)


# The page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@contextmanager
def visiting(browser: Browser, address: str, scheme: Scheme = "light") -> Iterator[Page]:
    """A page that must complain about nothing and ask no other host."""
    context = browser.new_context(color_scheme=scheme)
    page, complaints, asked = context.new_page(), [], []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("#answer > *, #places > *")
    yield page
    assert complaints == []
    assert all(url.startswith((address, "data:")) for url in asked)
    context.close()


@of("regression", "classification", "anomaly")
def test_the_page_opens_on_a_real_row_with_something_to_explain_and_shows_others(
    service: str, browser: Browser
) -> None:
    with visiting(browser, service) as page:
        assert "A real row of the training data" in page.locator("#origin").inner_text()
        assert page.locator("#effects .bar").count() > 0
        seen = set()
        for _ in range(6):
            page.get_by_role("button", name="Random").click()
            seen.add(tuple(box.input_value() for box in page.locator("input[type=number]").all()))
        assert len(seen) > 1


@of("regression", "classification")
def test_a_typical_row_has_nothing_to_explain(service: str, browser: Browser) -> None:
    with visiting(browser, service) as page:
        page.get_by_role("button", name="Typical").click()
        page.get_by_text("Nothing: every input is typical.").wait_for()


@of("regression")
def test_the_page_speaks_in_names_and_answers_to_the_keyboard(
    service: str, browser: Browser
) -> None:
    with visiting(browser, service) as page:
        streets = page.get_by_label("street", exact=True)
        assert streets.locator("option").all_inner_texts() == ["market square", "station"]
        page.get_by_role("button", name="Typical").click()
        before = page.locator("#answer .big").inner_text()
        page.get_by_role("switch", name="holiday").focus()
        page.keyboard.press("Space")
        changed = "text => document.querySelector('#answer .big').innerText !== text"
        page.wait_for_function(changed, arg=before)
        page.get_by_text("holiday: yes").wait_for()


@of("regression")
def test_the_page_shows_a_problem_at_its_field_and_recovers(service: str, browser: Browser) -> None:
    page = browser.new_page()  # a refused request is logged by the browser
    page.goto(service)
    page.wait_for_selector("#answer > *")
    page.get_by_label("temperature at noon", exact=True).fill("1e300")
    page.wait_for_selector("[aria-invalid=true]")
    assert "This row has no answer" in page.locator("#trouble").inner_text()
    page.get_by_role("button", name="Typical").click()
    page.wait_for_selector("#trouble", state="hidden")
    page.close()


def test_the_answer_stays_in_view_on_a_phone(service: str, browser: Browser) -> None:
    with visiting(browser, service) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        for answer in page.locator("#answer .big").all():
            assert answer.evaluate("box => box.getBoundingClientRect().top >= 0")


@of("recommender")
def test_the_page_of_a_recommender_shows_lists_that_differ_and_finds_titles(
    service: str, browser: Browser
) -> None:
    about = get(f"{service}/about")
    rows = [{"user": user} for user in about["examples"]]
    answers = post(f"{service}/predict", {"rows": rows})
    lists = {tuple(place["item"] for place in answer["items"]) for answer in answers}
    assert len(lists) > len(rows) / 2
    with visiting(browser, service) as page:
        assert page.locator("#places .own", has_text="theirs").count() > 0
        page.get_by_role("button", name="Nobody").click()
        page.get_by_text("What is popular.").wait_for()
        title = about["popular"][0]["title"]
        page.get_by_role("combobox").press_sequentially(title[:6])
        page.get_by_role("option", name=title).first.wait_for()
        page.keyboard.press("Enter")
        page.get_by_text("The list for them").wait_for()


@of("regression", "recommender")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_the_page_has_contrast(service: str, browser: Browser, scheme: Scheme) -> None:
    """At least 4.5 to 1, as WCAG AA asks of text, between the colours of text and surfaces."""
    with visiting(browser, service, scheme) as page:
        for text in ("text", "quiet", "accent", "bad", "less"):
            for surface in ("ground", "card"):
                both = sorted(brightness(page, name) + 0.05 for name in (text, surface))
                assert both[1] / both[0] >= 4.5, (text, surface)


def brightness(page: Page, name: str) -> float:
    """How bright a colour of the page's style is, as WCAG counts it."""
    page.evaluate("name => (document.body.style.color = `var(--${name})`)", name)
    colour = page.evaluate("getComputedStyle(document.body).color")
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [(part + 0.055) ** 2.4 / 1.055**2.4 if part > 0.04 else part / 12.92 for part in parts]
    return float(sum(map(operator.mul, (0.2126, 0.7152, 0.0722), linear)))


# The container


def test_dockerfile_passes_its_linter(project: Path) -> None:
    versions = ("--ignore", "DL3008")  # Debian keeps one version of a package, so none is pinned
    command = [str(SCRIPTS / "hadolint"), *versions, str(project / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@of("regression")
def test_steps_of_the_container_work_in_an_empty_folder(
    project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    """There is no Docker here: its copies and commands are made one after the other."""
    app = tmp_path / "app"
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
