"""What the README tells in the first minute, and whether it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from .findings import Finding, Rule, Severity, counted
from .repository import Repository

METRICS = re.compile(
    r"\b(rmse|mae|mape|r2|r²|r\^2|roc[- ]?auc|auc|f1|accuracy|precision|recall|ndcg|map@|hit rate"
    r"|log[- ]?loss|brier|mean (absolute|squared) error|average precision|error)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?\s?%?")
BASELINE = re.compile(
    r"\b(baseline|rule of thumb|naive|na\u00efve|dummy|majority|constant|mean predictor"
    r"|compared (to|with)|against|versus|vs\.?|better than)\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"(?-i:\b(?:TODO|FIXME|TBD)\b)"
    r"|\b(lorem ipsum|More Information Needed|A short description of the project)\b"
    r"|<your[^>]*>|\[your[^\]]*\]|(?:insert|add) (?:your )?\w+ here\b",
    re.IGNORECASE,
)
HYPE = re.compile(
    r"\b(state[- ]of[- ]the[- ]art|cutting[- ]edge|production[- ]ready|blazing(?:ly)?[- ]fast"
    r"|revolutionary|world[- ]class|powerful|robust and scalable|seamless(?:ly)?)\b",
    re.IGNORECASE,
)
SPLIT = re.compile(
    r"\b(train(ing)?[ /-]+(and )?test|test (set|rows|data|part)|held[- ]out|hold[- ]?out|split"
    r"|cross[- ]validat\w+|last \d+ (days|weeks|months|rows|%))",
    re.IGNORECASE,
)
LIMITS = re.compile(
    r"\b(limit(s|ation|ations)?|weakness(es)?|caveats?|what (it|this) cannot)\b", re.IGNORECASE
)
SOURCE = re.compile(r"https?://|\b(kaggle|uci|openml|sklearn\.datasets)\b|doi:", re.IGNORECASE)
EMOJI_HEADING = re.compile("^#+ .*[\U0001f300-\U0001faff\u2600-\u27bf]")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)|<img[^>]*src=[\"']([^\"']+)")
BADGE = re.compile(r"://.*(badge|shields\.io|/workflows/)|star-history", re.IGNORECASE)
SCREEN = 40  # lines that a reader sees before scrolling


def first_screen(repository: Repository) -> list[str]:
    """Return the lines of the first screen, without invisible comments."""
    text = re.sub(r"<!--.*?-->", "", "\n".join(repository.readme[1]), flags=re.DOTALL)
    return [line for line in text.splitlines() if line.strip()][:SCREEN]


def shows_result(lines: list[str]) -> bool:
    """Tell whether a metric stands with a number, in one line or in two that follow each other."""
    near = (f"{one} {other}" for one, other in zip(lines, [*lines[1:], ""], strict=False))
    return any(METRICS.search(text) and NUMBER.search(text) for text in near)


def expects_result(repository: Repository) -> bool:
    """Tell whether a README should show a result: something learns here, and has run."""
    _, lines = repository.readme
    measures = repository.learns or bool(METRICS.search("\n".join(lines)))
    return bool(lines) and measures and not repository.waits


class NoReadme(Rule):
    """There is no README, or one of a few words.

    It is the one file that everybody opens; without it nobody opens a second one.
    """

    code, title, severity = "RD01", "a README says what the project found", Severity.ERROR
    mend = "write the question, the result against today's way, a figure, and how to run it"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Count the words of the README."""
        path, lines = repository.readme
        words = len(" ".join(lines).split())
        if not path:
            yield self.found("there is no README at the top of the repository")
        elif words < 60 and path not in repository.skipped:
            yield self.found(f"the README has {counted(words, 'word')}", path, 1)


class NoHeadline(Rule):
    """The first screen shows no result: no metric with a number.

    A hiring manager decides within one screen whether to read on.
    """

    code, title = "RD02", "the first screen shows a result"
    mend = (
        "say metric, value, unit, the test rows it was measured on, and the rule of thumb beside it"
    )

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for a metric and a number near each other."""
        path = repository.readme[0]
        if expects_result(repository) and not shows_result(first_screen(repository)):
            yield self.found("no metric with a number stands on the first screen", path, 1)


class NoBaseline(Rule):
    """A result stands alone: nothing says what one would get without the model.

    0.91 may be a triumph or worse than guessing; only a rival tells.
    """

    code, title = "RD03", "the result stands beside a rule of thumb"
    mend = "measure what people do today without a model on the same rows, and show both numbers"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for words of comparison in the README."""
        path, lines = repository.readme
        text = "\n".join(lines)
        if shows_result(lines) and not BASELINE.search(text):
            yield self.found("the README compares its result with nothing", path, 1)


class NoFigure(Rule):
    """No picture on the first screens, or one whose file is missing.

    A figure of the result is read before any sentence.
    """

    code, title = "RD04", "a figure of the project's own stands near the top"
    mend = "commit a figure that the code draws and link it: ![what it shows](reports/figure.png)"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for images, and for the files that they name."""
        path, lines = repository.readme
        places = [
            (number, match[2] or match[3])
            for number, line in enumerate(lines, 1)
            for match in IMAGE.finditer(line)
        ]
        shown = [(number, target) for number, target in places if not BADGE.search(target)]
        for number, target in shown:
            name = unquote(target.split("#")[0].split("?")[0])
            if "://" not in target and not (repository.root / name.lstrip("/")).exists():
                yield self.found(f"the image `{name}` is not in the repository", path, number)
        if expects_result(repository) and not shown:
            yield self.found("the README shows no figure of the project", path, 1)


class Placeholder(Rule):
    """Text of a template was left in: `TODO`, `<your name>`, "A short description".

    It says that nobody read the README after it was generated.
    """

    code, title, severity = "RD06", "no placeholder is left", Severity.ERROR
    mend = "replace it or delete the line"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at each line outside of code and comments."""
        path, lines = repository.readme
        inside = False
        for number, line in enumerate(lines, 1):
            inside ^= line.lstrip().startswith("```")
            plain = re.sub(r"`[^`]*`|<!--.*?-->|\]\(#[^)]*\)", "", line)
            listed = line.startswith("#") or "](#" in line  # a heading over what is planned
            if not (inside or listed) and (match := PLACEHOLDER.search(plain)):
                yield self.found(f"`{match[0]}` is still there", path, number)


class NoLimits(Rule):
    """The README names no limit of the result.

    Everybody knows that there is one; who names it is believed in the rest.
    """

    code, title = "RD07", "the README names what the model cannot do"
    mend = "name the worst group of rows with its number, and one gap in the data"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the words that introduce limits, in pages that the README names as well."""
        path, lines = repository.readme
        text = "\n".join(lines)
        pages = (each for each in repository.own if each.endswith(".md") and each in text)
        text = "\n".join([text, *(repository.text(each) or "" for each in pages)])
        if shows_result(lines) and not LIMITS.search(text):
            yield self.found("no limit or weakness is named", path, 1)


class NoDataSource(Rule):
    """Nothing says where the data come from.

    Without source and licence nobody can repeat the result or knows whether it may be used.
    """

    code, title = "RD09", "the source of the data is named"
    mend = "link the source, name its licence and the day you fetched it"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for a link or a known archive."""
        path, lines = repository.readme
        text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", "\n".join(lines))
        if shows_result(lines) and not SOURCE.search(text):
            yield self.found("no link leads to the data", path, 1)


class NoSplit(Rule):
    """A result is shown and nothing says which rows it was measured on.

    The first question of an interview: how did you split, and why so?
    """

    code, title = "RD10", "the README says how rows were split"
    mend = "say which rows are the test rows, how many, and why that resembles the use"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the words of splitting."""
        path, lines = repository.readme
        text = "\n".join(lines)
        if shows_result(lines) and not SPLIT.search(text):
            yield self.found("a result is shown, and no split is described", path, 1)


class Hype(Rule):
    """Words that no number backs, or headings decorated with emoji.

    They are what generated text sounds like.
    """

    code, title, severity = "RD13", "plain words", Severity.NOTE
    mend = "delete the word, or replace it by the number that it stands for"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for hype and decorated headings."""
        path, lines = repository.readme
        for number, line in enumerate(lines, 1):
            if match := HYPE.search(line):
                yield self.found(f"`{match[0]}`", path, number)
        decorated = [n for n, line in enumerate(lines, 1) if EMOJI_HEADING.match(line)]
        if len(decorated) >= 3:
            yield self.found(f"{counted(len(decorated), 'heading')} with emoji", path, decorated[0])


RULES: tuple[type[Rule], ...] = (
    NoReadme,
    NoHeadline,
    NoBaseline,
    NoFigure,
    Placeholder,
    NoLimits,
    NoDataSource,
    NoSplit,
    Hype,
)
