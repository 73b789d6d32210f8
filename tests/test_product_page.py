"""The page of every type, in a real browser, as people meet it."""

from __future__ import annotations

import operator
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from served import (
    get,
    of,
    post,
)

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
Scheme = Literal["light", "dark"]


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
