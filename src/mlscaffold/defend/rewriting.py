"""Write it again: one function of the study is blanked in a copy, and the tests say how it went."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from ..check.repository import Repository, Source
from ..errors import MlscaffoldError
from ..git import GitError, git
from ..workspace import Workspace, copied, score_of
from .bank import Bank
from .facts import rounded
from .session import prompt, say

SHORTEST, LONGEST = 3, 40  # lines of a body that are worth writing again
MARK = "raise NotImplementedError  # yours"


@dataclass(frozen=True)
class Candidate:
    """A function that can be written again; `own` counts lines that the learner has changed."""

    path: str
    name: str
    first: int  # line of `def`, from 1
    body: int  # first line after the docstring
    last: int
    doc: str
    tests: tuple[str, ...]
    own: int

    def blank(self, text: str) -> str:
        """Return the source of the module without the function's body."""
        lines = text.splitlines(keepends=True)
        indent = re.match(r"\s*", lines[self.body - 1])
        blanked = f"{indent[0] if indent else '    '}{MARK}\n"
        return "".join([*lines[: self.body - 1], blanked, *lines[self.last :]])

    def source(self, text: str) -> str:
        """Return the source of the function."""
        return "".join(text.splitlines(keepends=True)[self.first - 1 : self.last])

    def put(self, text: str, written: str) -> str:
        """Return the module with the function as somebody wrote it."""
        lines = text.splitlines(keepends=True)
        return "".join([*lines[: self.first - 1], written.rstrip() + "\n", *lines[self.last :]])


def rewrite(
    bank: Bank, ask: Callable[[str], str] = prompt, edit: Callable[[str], str | None] | None = None
) -> None:
    """Offer one function after the other, whose blanking fails a test."""
    repository = bank.repository
    candidates = find_candidates(repository)
    if not candidates:
        raise MlscaffoldError("no function here is tested and short enough", "write a test for one")
    try:
        with copied(repository) as workspace:
            say("The project's tests run first, in a copy.")
            passed, told = workspace.test()
            if not passed:
                say(told, wrap=False)
                raise MlscaffoldError("the tests fail already", "mend them first")
            for candidate in candidates:
                if is_guarded(workspace, candidate) and not play(
                    bank, workspace, candidate, ask, edit or open_editor
                ):
                    return
            say("That was all.")
    except (click.Abort, KeyboardInterrupt):
        say("\nStopped; the project is as it was.")


def find_candidates(repository: Repository) -> list[Candidate]:
    """Return functions of the study that tests name: what the learner changed comes first."""
    found = []
    for source in repository.sources:
        parts = source.path.split("/")
        if parts[0] == "src" and len(parts) == 3:
            changed = changed_lines(repository, source.path)
            found += list(candidates_in(source, changed, repository))
    return sorted(found, key=lambda each: (-each.own, -len(each.tests), each.path, each.first))


def candidates_in(source: Source, changed: set[int], repository: Repository) -> Iterator[Candidate]:
    """Yield the functions of one module."""
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name == "main" or node.decorator_list:
            continue
        doc = ast.get_docstring(node) or ""
        rest = node.body[1:] if doc else node.body
        last = node.end_lineno or node.lineno
        if not rest or not SHORTEST <= last - rest[0].lineno + 1 <= LONGEST:
            continue
        tests = tuple(tests_naming(repository, node.name))
        own = len(changed.intersection(range(node.lineno, last + 1)))
        if tests or own:
            yield Candidate(
                source.path, node.name, node.lineno, rest[0].lineno, last, doc, tests, own
            )


def tests_naming(repository: Repository, name: str) -> Iterator[str]:
    """Yield the places at which tests name a function."""
    for path in repository.own:
        if path.startswith("tests/") and path.endswith(".py"):
            for number, line in enumerate((repository.text(path) or "").splitlines(), 1):
                if re.search(rf"\b{re.escape(name)}\(", line):
                    yield f"{path}:{number}"


def changed_lines(repository: Repository, path: str) -> set[int]:
    """Return the lines of a file that are not from the first commit."""
    try:
        root = git("rev-list", "--max-parents=0", "HEAD", cwd=repository.root).split()[-1]
        blamed = git("blame", "-s", "-l", "--root", path, cwd=repository.root).splitlines()
    except (GitError, IndexError):
        return set()
    return {number for number, line in enumerate(blamed, 1) if not line.startswith(root[:39])}


def is_guarded(workspace: Workspace, candidate: Candidate) -> bool:
    """Tell whether a test fails without the function; the copy is as before afterwards."""
    place = workspace.root / candidate.path
    text = place.read_text("utf-8")
    place.write_text(candidate.blank(text), "utf-8")
    try:
        return not workspace.test()[0]
    finally:
        place.write_text(text, "utf-8")


def play(
    bank: Bank,
    workspace: Workspace,
    candidate: Candidate,
    ask: Callable[[str], str],
    edit: Callable[[str], str | None],
) -> bool:
    """Let the learner write one function; tell whether they want another one."""
    say(f"\n{candidate.path}:{candidate.first} {click.style(candidate.name, bold=True)}")
    say(textwrap.indent(candidate.doc or "(no docstring)", "  "))
    say(f"  tests: {', '.join(candidate.tests[:4]) or 'by way of other functions'}")
    said = ask("Write it now? [Y/n, /quit]").strip().lower()
    if said == "/quit":
        return False
    if said.startswith("n"):
        return True
    place = workspace.root / candidate.path
    text = place.read_text("utf-8")
    draft = shorten(candidate, text)
    try:
        while (written := edit(draft)) is not None:
            if try_out(bank, workspace, candidate, text, written):
                offer(bank.repository, candidate, text, written, ask)
                break
            draft = written
            if ask("Try again? [Y/n]").strip().lower() not in {"", "y", "yes"}:
                say(f"The original is at {candidate.path}:{candidate.first}")
                break
    finally:
        place.write_text(text, "utf-8")
    return ask("Another one? [Y/n]").strip().lower() in {"", "y", "yes"}


def shorten(candidate: Candidate, text: str) -> str:
    """Return the function with an empty body, for the editor."""
    blanked = candidate.blank(text).splitlines(keepends=True)
    return "".join(blanked[candidate.first - 1 : candidate.body])


def open_editor(draft: str) -> str | None:
    """Return what the learner writes; None where they leave it as it was."""
    written = click.edit(draft, extension=".py")
    return None if written is None or written.strip() == draft.strip() else written


def try_out(
    bank: Bank, workspace: Workspace, candidate: Candidate, text: str, written: str
) -> bool:
    """Run the tests, then the score, with what was written; tell whether the tests pass."""
    try:
        tree = ast.parse(written)
    except SyntaxError as error:
        say(f"That is not Python: line {error.lineno}: {error.msg}")
        return False
    if not any(
        isinstance(node, ast.FunctionDef) and node.name == candidate.name for node in tree.body
    ):
        say(f"It does not define `{candidate.name}`")
        return False
    place = workspace.root / candidate.path
    place.write_text(candidate.put(text, written), "utf-8")
    passed, told = workspace.test()
    say(told, wrap=False)
    say(
        click.style(
            "The tests pass." if passed else "A test fails.", fg="green" if passed else "red"
        )
    )
    if passed and (chosen := bank.facts.get("chosen")):
        after = score_of(workspace.train(), chosen["name"])
        say(
            f"{chosen['label']} on the folds: "
            f"{rounded(chosen['score'])} before, {rounded(after)} now"
        )
    return passed


def offer(
    repository: Repository, candidate: Candidate, text: str, written: str, ask: Callable[[str], str]
) -> None:
    """Show yours beside the original, and put it into the project where the learner says so."""
    new = candidate.put(text, written)
    lines = difflib.unified_diff(
        text.splitlines(), new.splitlines(), candidate.path, candidate.path, n=1, lineterm=""
    )
    say("\n".join(lines), wrap=False)
    if not ask("Take yours into the project? [y/N]").strip().lower().startswith("y"):
        return
    place = repository.root / candidate.path
    if place.read_text("utf-8") != text:
        raise MlscaffoldError(f"{candidate.path} was edited meanwhile", "nothing was written")
    place.write_text(new, "utf-8")
    say(f"Written to {candidate.path}; `git diff` shows it.")
