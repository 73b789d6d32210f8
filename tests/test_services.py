"""The part `product` of every type, as people and programs meet it: files, service, page."""

from __future__ import annotations

import csv
import json
import os
import random
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
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SCRIPTS, Workshop, committed, make
from dockerfile_parse import DockerfileParser
from playwright.sync_api import Browser, Page, sync_playwright

from mlscaffold.catalog import read_manifest
from mlscaffold.release import TEMPLATES

pytestmark = pytest.mark.slow
TYPES = read_manifest(TEMPLATES)[1]
TABLES = [name for name in TYPES if name != "recommender"]
JSON = {"content-type": "application/json"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ALARM = 3
SHOP = """
[project]
title = "Sales of a shop"
question = "How much will this day sell?"
decision_maker = "The owner"
decision = "orders bread for it"
success = "Better than the usual day."
goal = 0.1

[data]
source = "shop.csv"
licence = "CC0 1.0"
description = "Invented days of a shop."

[columns]
target = "sold"
unit = "loaves"
numeric = ["heat", "holiday"]
categorical = ["street"]
date = ["day"]

[columns.labels]
heat = "temperature at noon"

[columns.categories.street]
1 = "market square"
2 = "station"

[split]
kind = "random"
folds = 3

[metric]
name = "mae"
"""
TRAFFIC = """
[project]
title = "Traffic"
question = "Which hours are unusual?"
decision_maker = "The clerk"
decision = "looks at them"
success = "Earlier than today."
goal = 0.1

[data]
source = "traffic.csv"
licence = "CC0 1.0"
description = "Invented hours of traffic."

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


@pytest.fixture(scope="module")
def trained(
    working: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Projects in which `train` ran, each made when it is asked for: of a type, shop, traffic."""
    own = {
        "shop": ("regression", SHOP, shop_rows(3000, seed=0)),
        "traffic": ("anomaly", TRAFFIC, traffic_rows(0, 24 * 40)),
    }

    class Projects(dict[str, Path]):
        def __missing__(self, name: str) -> Path:
            folder = tmp_path_factory.mktemp(name) / "project"
            kind, settings, rows = own.get(name, (name, "", []))
            project = make(working, folder, kind, TYPES[kind].default_dataset)
            if rows:
                (project / "project.toml").write_text(settings, encoding="utf-8")
                write_rows(project / "data" / f"{name}.csv", rows)
            workshop.run(committed(project), "train")
            self[name] = project
            return project

    return Projects()


@pytest.fixture(scope="module")
def shop(trained: dict[str, Path]) -> Path:
    return trained["shop"]


# Files of rows


def test_rows_with_problems_are_gaps_in_their_places_even_where_a_whole_piece_has_them(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = shop_rows(25_000, seed=1)
    for row in rows[10_000:20_000]:
        row["heat"] = "warm"
    rows[3] |= {"day": "9999-12-31"}
    rows[4] |= {"day": "1700000000"}
    rows[5] |= {"heat": "", "day": ""}
    source, target = write_rows(tmp_path / "in.csv", rows), tmp_path / "out.csv"
    said = workshop.run(shop, "predict", str(source), str(target))
    answers = read_rows(target)
    assert [row["row"] for row in answers] == [str(number) for number in range(1, 25_001)]
    gaps = [int(row["row"]) for row in answers if not row["value"]]
    assert gaps == [4, 5, *range(10_001, 20_001)]
    assert "10,002 rows have a problem" in said
    problems = read_rows(tmp_path / "out.problems.csv")
    assert problems[0]["value"] == "9999-12-31"
    assert "from 1700 to 2261" in problems[0]["problem"]
    assert (
        answers[5]["outside"] == "heat; day"
    )  # training had no gaps there: it is answered and said


def test_a_category_is_the_same_however_a_program_writes_it(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = [{**shop_rows(1, seed=2)[0], "street": street} for street in ("2", "2.0", " 2 ", "9")]
    source, target = write_rows(tmp_path / "in.csv", rows), tmp_path / "out.csv"
    workshop.run(shop, "predict", str(source), str(target))
    answers = read_rows(target)
    assert len({row["value"] for row in answers[:3]}) == 1
    assert [row["outside"] for row in answers] == ["", "", "", "street"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("heat,street\n1,2\n", "no column 'holiday', 'day'"),
        ("heat,holiday,street,day\n", "has no rows"),
        ("", "cannot be read as a table"),
        ("heat,holiday,street,day\n1,0,1,2024-01-01\n1,0,1,2024-01-01,5,6\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_answered_is_explained_and_leaves_nothing(
    shop: Path, workshop: Workshop, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    source, target = str(tmp_path / "in.csv"), str(tmp_path / "out.csv")
    told = workshop.run(shop, "predict", source, target, status=1)
    assert said in told
    assert "hint:" in told
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_full_disk_is_named_and_leaves_nothing(
    shop: Path, workshop: Workshop, tmp_path: Path, mount_disk: Callable[[int], Path]
) -> None:
    disk, source = mount_disk(200), write_rows(tmp_path / "in.csv", shop_rows(20_000, seed=7))
    said = workshop.run(shop, "predict", str(source), str(disk / "out.csv"), status=1)
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert not list(disk.glob("out*"))


def test_rows_of_a_series_may_be_swapped_and_go_on_over_pieces(
    trained: dict[str, Path], workshop: Workshop, tmp_path: Path
) -> None:
    rows = traffic_rows(24 * 40, 400)
    straight = write_rows(tmp_path / "straight.csv", rows)
    rows[100], rows[101] = rows[101], rows[100]
    swapped = write_rows(tmp_path / "swapped.csv", rows)
    late = write_rows(tmp_path / "late.csv", [*rows, rows[0]])
    answers = {}
    for source in (straight, swapped, late):
        target = tmp_path / f"{source.stem}.out"
        workshop.run(trained["traffic"], "predict", str(source), str(target))
        answers[source.stem] = [row["strangeness"] for row in read_rows(target)]
    assert sorted(answers["straight"]) == sorted(answers["swapped"])
    assert answers["swapped"][100:102] == answers["straight"][101:99:-1]
    assert answers["late"] == [*answers["swapped"], ""]


# The monitor


def monitor(
    project: Path, workshop: Workshop, rows: list[dict[str, Any]], path: Path, status: int = 0
) -> list[str]:
    return workshop.run(project, "monitor", str(write_rows(path, rows)), status=status).splitlines()


def test_rows_like_those_of_training_are_no_alarm(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    said = monitor(shop, workshop, shop_rows(2000, seed=3), tmp_path / "new.csv")
    assert said[-1] == "no alarm in 2,000 rows"
    assert not [line for line in said if line.startswith("notice") and "changed" in line]


def test_a_shift_of_a_quarter_of_a_deviation_in_many_rows_is_a_notice(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = shop_rows(20_000, seed=4, warmer=2)  # the deviation is 8
    said = monitor(shop, workshop, rows, tmp_path / "new.csv")
    assert [line for line in said if line.startswith("notice: temperature at noon: values changed")]


def test_another_unit_new_columns_and_worse_answers_are_alarms(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = [
        {
            **row,
            "heat": 32 + 1.8 * float(row["heat"]),
            "street": "9" if number % 10 else "1",
            "x": 1,
        }
        for number, row in enumerate(shop_rows(2000, seed=5))
    ]
    said = "\n".join(monitor(shop, workshop, rows, tmp_path / "new.csv", ALARM))
    assert "alarm: temperature at noon: values changed" in said
    assert "alarm: mean absolute error" in said
    assert "notice: x: not declared in project.toml, 2,000 of 2,000 rows" in said
    assert "notice: street: like none of the training rows, 1,800 of 2,000 rows" in said
    assert "Find the cause first" in said


def test_a_column_that_is_absent_or_unreadable_is_an_alarm(
    shop: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = [{**row, "day": "9999-12-31"} for row in shop_rows(200, seed=6)]
    for row in rows:
        del row["street"], row["sold"]
    said = "\n".join(monitor(shop, workshop, rows, tmp_path / "new.csv", ALARM))
    assert "alarm: street: absent, 200 of 200 rows" in said
    assert "alarm: day: should be a date" in said
    assert "Traceback" not in said


def test_the_monitor_of_a_recommender_judges_lists_beside_the_one_for_everybody(
    trained: dict[str, Path], workshop: Workshop, tmp_path: Path
) -> None:
    lines = (
        (trained["recommender"] / "data" / "invented_visits.csv").read_text("utf-8").splitlines()
    )
    new = tmp_path / "new.csv"
    new.write_text("\n".join([lines[0], *lines[-2000:]]), encoding="utf-8")
    said = workshop.run(trained["recommender"], "monitor", str(new))
    assert "score: NDCG@10" in said
    assert "by the list for all" in said
    assert "no alarm" in said


# The service


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], folder: Path, variables: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that writes to said.txt; a full pipe would make it wait."""
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=said, stderr=said)
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


def post(address: str, body: object) -> Any:
    """What the service answers, or the status with which it refuses."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, content, JSON)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="module", params=[*TYPES, "shop", "traffic"])
def service(
    request: pytest.FixtureRequest, trained: dict[str, Path], workshop: Workshop
) -> Iterator[tuple[str, str]]:
    """The address of the running service of each project, and the name of the project."""
    with serving(trained[request.param], workshop) as (address, _):
        yield address, request.param


def test_schemathesis_finds_nothing(service: tuple[str, str], tmp_path: Path) -> None:
    command = [str(SCRIPTS / "schemathesis"), "run", f"{service[0]}/openapi.json"]
    options = ["--max-examples", "20", "--seed", "1", "--no-color"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_example_of_the_documentation_is_answered(service: tuple[str, str]) -> None:
    interface = json.load(urllib.request.urlopen(f"{service[0]}/openapi.json"))
    bodies = interface["components"]["schemas"]
    rows = bodies["Body_predict_predict_post"]["properties"]["rows"]["examples"][0]
    assert len(post(f"{service[0]}/predict", {"rows": rows})["answers"]) == len(rows)


def test_more_rows_than_a_thousand_and_half_a_character_are_refused(
    service: tuple[str, str],
) -> None:
    address = f"{service[0]}/predict"
    assert post(address, {"rows": [{}] * 1001}) == 422
    assert post(address, b'{"rows": [{"\\ud800": NaN}]}') == 422


def test_a_crowd_gets_the_answers_of_one_and_the_service_stops_in_order(
    trained: dict[str, Path], workshop: Workshop
) -> None:
    with serving(trained["regression"], workshop) as (address, process):
        about = json.load(urllib.request.urlopen(f"{address}/about"))
        body = {"rows": [about["examples"][0]["row"]]}
        alone = post(f"{address}/predict", body)
        with ThreadPoolExecutor(16) as crowd:
            answers = list(crowd.map(lambda _: post(f"{address}/predict", body), range(200)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
    assert all(answer == alone for answer in answers)
    assert "Traceback" not in (trained["regression"] / "said.txt").read_text("utf-8")


def test_the_service_remembers_the_rows_of_a_series_that_it_has_seen(
    trained: dict[str, Path], workshop: Workshop
) -> None:
    rows = traffic_rows(24 * 40, 60)
    with serving(trained["traffic"], workshop) as (address, _):
        single = [post(f"{address}/predict", {"rows": [row]})["answers"][0] for row in rows]
        assert post(f"{address}/predict", {"rows": rows[:1]}) == 409
    with serving(trained["traffic"], workshop) as (address, _):
        together = post(f"{address}/predict", {"rows": rows})["answers"]
    for one, other in zip(single, together, strict=True):
        assert one["strangeness"] == pytest.approx(other["strangeness"])


@pytest.mark.parametrize("content", ["", "[]", '{"train": {}}', '{"train": {"inputs": 1}}'])
def test_damaged_results_start_no_service(
    shop: Path, workshop: Workshop, tmp_path: Path, content: str
) -> None:
    copy = shutil.copytree(shop, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    (copy / "reports" / "results.json").write_text(content, encoding="utf-8")
    said = workshop.run(copy, "serve", status=1)
    assert "hint:" in said
    assert "Traceback" not in said


def test_a_port_that_there_is_not_is_a_wrong_command_line(shop: Path, workshop: Workshop) -> None:
    assert "invalid port value: '99999'" in workshop.run(shop, "serve", "--port", "99999", status=2)


# The page


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
    page.wait_for_selector("#answer > *, #places > *")
    yield page
    assert complaints == []
    assert all(url.startswith((address, "data:")) for url in asked)
    context.close()


def only(service: tuple[str, str], *names: str) -> None:
    if service[1] not in names:
        pytest.skip("the page of another type")


def test_the_page_opens_on_a_real_row_with_something_to_explain(
    service: tuple[str, str], browser: Browser
) -> None:
    only(service, *TABLES, "shop", "traffic")
    with visiting(browser, service[0]) as page:
        assert "A real row of the training data" in page.locator("#origin").inner_text()
        assert page.locator("#effects .bar").count() > 0


def test_a_typical_row_has_nothing_to_explain(service: tuple[str, str], browser: Browser) -> None:
    only(service, *TABLES, "shop")
    with visiting(browser, service[0]) as page:
        page.get_by_role("button", name="Typical").click()
        page.get_by_text("Nothing: every input is typical.").wait_for()


def test_random_shows_another_real_row(service: tuple[str, str], browser: Browser) -> None:
    only(service, *TABLES)
    with visiting(browser, service[0]) as page:
        seen = set()
        for _ in range(6):
            page.get_by_role("button", name="Random").click()
            seen.add(tuple(box.input_value() for box in page.locator("input[type=number]").all()))
        assert len(seen) > 1


def test_the_page_speaks_in_names_and_answers_to_the_keyboard(
    service: tuple[str, str], browser: Browser
) -> None:
    only(service, "shop")
    with visiting(browser, service[0]) as page:
        streets = page.get_by_label("street", exact=True)
        assert streets.locator("option").all_inner_texts() == ["market square", "station"]
        page.get_by_role("button", name="Typical").click()
        before = page.locator("#answer .big").inner_text()
        switch = page.get_by_role("switch", name="holiday")
        switch.focus()
        page.keyboard.press("Space")
        changed = "text => document.querySelector('#answer .big').innerText !== text"
        page.wait_for_function(changed, arg=before)
        page.get_by_text("holiday: yes").wait_for()


def test_the_page_shows_a_problem_at_its_field_and_recovers(
    service: tuple[str, str], browser: Browser
) -> None:
    only(service, "shop")
    page = browser.new_page()  # a refused request is logged by the browser
    page.goto(service[0])
    page.wait_for_selector("#answer > *")
    page.get_by_label("temperature at noon", exact=True).fill("1e300")
    page.wait_for_selector("[aria-invalid=true]")
    assert "This row has no answer" in page.locator("#trouble").inner_text()
    page.get_by_role("button", name="Typical").click()
    page.wait_for_selector("#trouble", state="hidden")
    page.close()


def test_the_answer_stays_in_view_on_a_phone(service: tuple[str, str], browser: Browser) -> None:
    with visiting(browser, service[0]) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        if service[1] != "recommender":
            assert page.locator("#answer .big").evaluate(
                "box => box.getBoundingClientRect().top >= 0"
            )


def test_the_page_of_a_recommender_shows_lists_that_differ_and_finds_titles(
    service: tuple[str, str], browser: Browser
) -> None:
    only(service, "recommender")
    about = json.load(urllib.request.urlopen(f"{service[0]}/about"))
    rows = [{"user": user} for user in about["examples"]]
    answers = post(f"{service[0]}/predict", {"rows": rows})["answers"]
    lists = {tuple(place["item"] for place in answer["items"]) for answer in answers}
    assert len(lists) > len(rows) / 2
    with visiting(browser, service[0]) as page:
        assert page.locator("#places .own", has_text="theirs").count() > 0
        page.get_by_role("button", name="Nobody").click()
        page.get_by_text("What is popular.").wait_for()
        title = about["popular"][0]["title"]
        page.get_by_role("combobox").press_sequentially(title[1:])
        page.get_by_role("option", name=title).first.wait_for()
        page.keyboard.press("Enter")
        page.get_by_text("The list for them").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_the_page_has_contrast(
    service: tuple[str, str], browser: Browser, scheme: str
) -> None:
    """At least 4.5 to 1, as WCAG AA asks of text, between the colours of text and surfaces."""
    only(service, "regression", "recommender")
    with visiting(browser, service[0], scheme) as page:
        for text in ("text", "quiet", "accent", "bad", "less"):
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


# The container


@pytest.mark.parametrize("project_type", TYPES)
def test_dockerfile_passes_its_linter(trained: dict[str, Path], project_type: str) -> None:
    versions = ("--ignore", "DL3008")  # Debian keeps one version of a package, so none is pinned
    command = [str(SCRIPTS / "hadolint"), *versions, str(trained[project_type] / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_steps_of_the_container_work_in_an_empty_folder(
    trained: dict[str, Path], workshop: Workshop, tmp_path: Path
) -> None:
    """There is no Docker here: its copies and commands are made one after the other."""
    project, app = trained["regression"], tmp_path / "app"
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
