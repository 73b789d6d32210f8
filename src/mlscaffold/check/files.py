"""What lies in the repository that should not, or is missing: secrets, junk, large files, tests."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from .findings import Finding, Rule, Severity
from .repository import Repository
from .syntax import TEST_FILES, called

LARGE, HUGE = 10_000_000, 50_000_000  # bytes
SECRETS = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a private key", re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----")),
    ("a GitHub token", re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36,}\b")),
    ("a Slack token", re.compile(r"\bxox[baprs]-[0-9A-Za-z-]{20,}\b")),
    ("a Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("an OpenAI key", re.compile(r"\bsk-(?:proj-)?[0-9A-Za-z_-]{32,}\b")),
)
# Pictures and data: large, and no place where people keep keys.
WITHOUT_KEYS = frozenset(
    """
    .png .jpg .jpeg .gif .svg .pdf .csv .tsv .parquet .gz .zip .npz .npy .xlsx .bundle .joblib .pkl
    .ttf .woff .woff2 .mp4 .whl
    """.split()
)
JUNK = re.compile(
    r"(^|/)(\.DS_Store|Thumbs\.db|__pycache__/.*|\.ipynb_checkpoints/.*|.*\.pyc|\.env"
    r"|\.?venv/.*|pyvenv\.cfg|node_modules/.*|\.idea/.*)$"
)
ABSOLUTE = re.compile(
    r"""["'](?P<path>[A-Za-z]:\\\\?Users\\\\?[^"']+|/Users/[^"'/]+/[^"']*|/home/[^"'/]+/[^"']*"""
    r"""|/content/(?:drive|gdrive)/[^"']+|[C-Z]:/[^"']+)["']"""
)
PICKLES = re.compile(r"\.(pkl|pickle|joblib)$")


class Secret(Rule):
    """A key or a token is committed.

    Whoever finds it can use it, and a reviewer stops reading here.
    """

    code, title, severity = "HY01", "no secret is committed", Severity.ERROR
    mend = "revoke it where it was issued, remove it here, read it from the environment"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the forms that the issuers gave their keys."""
        for path in repository.own:
            if Path(path).suffix.lower() in WITHOUT_KEYS or not (text := repository.text(path)):
                continue
            for what, form in SECRETS:
                if match := form.search(text):
                    line = text.count("\n", 0, match.start()) + 1
                    yield self.found(f"this looks like {what}", path, line)


class Junk(Rule):
    """Caches, environments or files of an editor are committed.

    They hide what you wrote, and tell that nobody looked at the commit.
    """

    code, title = "HY02", "nothing is committed that tools make again"
    mend = "git rm -r --cached PATH, and name it in .gitignore"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at tracked paths, and name the first of each folder."""
        seen: set[str] = set()
        for path in repository.files:
            top = path.split("/")[0]
            if JUNK.search(path) and top not in seen:
                seen.add(top)
                yield self.found(f"`{path}` is tracked by git", path)


class LargeFile(Rule):
    """A large file is in git.

    Everybody who clones pays for it forever; GitHub refuses more than 100 MB.
    """

    code, title = "DA03", "no large file is in git"
    mend = "keep a script that fetches it and its SHA-256; git-ignore the file"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at the sizes of tracked files."""
        for path in repository.files:
            place = repository.root / path
            if place.is_file() and (size := place.stat().st_size) > LARGE:
                yield self.found(f"{size / 1e6:.0f} MB", path)


class AbsolutePath(Rule):
    """A path of one machine stands in the code.

    The first command of whoever tries the project fails.
    """

    code, title, severity = "RP05", "no path of your own machine", Severity.ERROR
    mend = 'write it relative to the project: Path("data") / "file.csv"'

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at the string constants of the code."""
        for source in repository.sources:
            places: list[tuple[int, str]] = []
            for node in source.nodes if "colab" not in source.path.lower() else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    quoted = f'"{node.value}"'
                    if "\n" not in quoted and (match := ABSOLUTE.fullmatch(quoted)):
                        places.append((node.lineno, match["path"][:60]))
            if places:
                line, shown = min(places)
                others = len(places) - 1
                do = "does" if others == 1 else "do"
                more = f", and so {do} {others} more" if others else ""
                said = f"`{shown}` exists on one machine only{more}"
                yield self.found(said, source.path, line)


class NoPins(Rule):
    """Nothing says which versions of the libraries made the result.

    In a year the code will not run, and today it may give other numbers.
    """

    code, title = "RP01", "versions are recorded"
    mend = "uv lock, or pip freeze > requirements.txt"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for a lock file, or versions in the declared dependencies."""
        if not repository.sources:
            return
        locks = {
            "uv.lock",
            "poetry.lock",
            "Pipfile.lock",
            "pdm.lock",
            "conda-lock.yml",
            "pixi.lock",
        }
        paths = {Path(path).name for path in repository.own}
        declared = " ".join(
            repository.text(path) or ""
            for path in repository.own
            if re.search(r"(requirements|constraints|environment|setup|pyproject)[^/]*\.", path)
        )
        recorded = repository.results is not None
        if not (locks & paths or re.search(r"[=><~]=? ?\d", declared) or recorded):
            said = "no file names the versions of the libraries"
            yield self.found(said, "requirements.txt" if "requirements.txt" in paths else "")


class Pickle(Rule):
    """A pickled model is committed.

    Loading a pickle runs whatever is in it; and with other versions it may not load at all.
    """

    code, title, severity = "HY03", "no pickle without its origin", Severity.NOTE
    mend = "commit the command that makes it again, its SHA-256 and the versions"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the endings of pickles."""
        for path in repository.own:
            if PICKLES.search(path):
                yield self.found("a pickled object is committed", path)


class NoLicence(Rule):
    """There is no licence.

    Nobody may use the code, and it is the easiest file to add.
    """

    code, title, severity = "HY04", "there is a licence", Severity.NOTE
    mend = "add LICENSE: choosealicense.com has the text of MIT"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the usual names."""
        names = {Path(path).stem.lower() for path in repository.files if "/" not in path}
        if repository.sources and not names & {"license", "licence", "copying"}:
            yield self.found("the repository has no licence")


class NoTests(Rule):
    """Nothing tests the code, or tests check nothing.

    Three tests of what must hold (no row on both sides, served = batch) say more than a badge.
    """

    code, title = "HY06", "tests state what must hold"
    mend = "write one test that no row stands on both sides of the split"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for test functions, and for those that can only pass."""
        modules = [each for each in repository.sources if not each.path.endswith(".ipynb")]
        tests = 0
        for source in modules:
            if not TEST_FILES.search(source.path):
                continue
            for node in source.nodes:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                    tests += 1
                    if empty_test(node):
                        said = f"`{node.name}` cannot fail"
                        yield self.found(said, source.path, node.lineno, "assert what must hold")
        if modules and not tests:
            yield self.found("nothing tests the Python code")


def empty_test(node: ast.FunctionDef) -> bool:
    """Tell whether a test does nothing but `pass` or `assert True`."""
    said = [
        each
        for each in node.body
        if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
    ]
    return all(
        isinstance(each, ast.Pass)
        or (isinstance(each, ast.Assert) and isinstance(each.test, ast.Constant))
        for each in said
    )


class NotebookOrder(Rule):
    """A notebook was not run from top to bottom, or ends in an error.

    What it shows may come from cells that no longer exist.
    """

    code, title = "NB01", "notebooks ran from top to bottom"
    mend = "Restart and run all, then save; or jupyter nbconvert --execute --inplace NOTEBOOK"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at the execution counts and outputs."""
        for path in repository.own:
            if not path.endswith(".ipynb"):
                continue
            try:
                cells = json.loads(repository.text(path) or "")["cells"]
                code = [each for each in cells if each["cell_type"] == "code" and each["source"]]
                counts = [each.get("execution_count") for each in code]
                errors = [
                    each
                    for each in code
                    if any(out.get("output_type") == "error" for out in each.get("outputs", []))
                ]
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # said by the reader of sources
            if errors:
                yield self.found("a cell ends in an error", path)
            elif any(counts) and counts != list(range(1, len(counts) + 1)):
                yield self.found("cells were run out of order, or not all of them", path)


class OnlyNotebooks(Rule):
    """All logic is in notebooks.

    It cannot be imported, tested or reviewed; a hiring manager looks for one module that trains.
    """

    code, title = "NB02", "training is a module, not only a notebook"
    mend = "move data loading and training into functions of a module; the notebook calls them"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Compare what notebooks and modules hold."""
        books = [each for each in repository.sources if each.path.endswith(".ipynb")]
        modules = [
            each
            for each in repository.sources
            if each.path.endswith(".py") and not TEST_FILES.search(each.path)
        ]
        fits = any(called(node) == "fit" for each in modules for node in each.nodes)
        if books and not fits and not any("def " in each.text for each in modules):
            yield self.found("no module holds code that trains", books[0].path)


class Worn(Rule):
    """The data set is one that every reviewer has seen dozens of times.

    Titanic, iris, MNIST, Boston: the project has to have a question of its own to be noticed.
    """

    code, title, severity = "DA01", "the data are not the ones everybody uses", Severity.NOTE
    mend = "join a second source, or ask a question that the usual notebooks do not"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for loaders and file names of the usual sets."""
        for source in repository.sources:
            for node in source.nodes:
                if called(node) in {"load_iris", "load_boston", "load_digits"} and isinstance(
                    node, ast.Call
                ):
                    name = called(node)
                    yield self.found(f"`{name}`", source.path, node.lineno)
                elif (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and re.search(
                        r"(^|/)(titanic|iris|boston)[^/]*\.csv$", node.value, re.IGNORECASE
                    )
                ):
                    yield self.found(f"`{node.value}`", source.path, node.lineno)


RULES: tuple[type[Rule], ...] = (
    Secret,
    Junk,
    LargeFile,
    AbsolutePath,
    NoPins,
    Pickle,
    NoLicence,
    NoTests,
    NotebookOrder,
    OnlyNotebooks,
    Worn,
)
