"""The questions without a terminal: as a list, as JSON, and as a sheet with live numbers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from ..git import GitError, exclude, git, ignored
from .bank import Question
from .diary import Entry

MARK = "<!-- made by `mlscaffold defend --export`: edits are lost -->"
KINDS = {"Number": "number", "Interval": "interval", "Direction": "direction", "Choice": "name"}


def as_data(questions: Iterable[Question], entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the questions as plain data, with how they last went."""
    last = {entry.question: entry.verdict for entry in entries}
    return [
        {
            "id": each.key,
            "topic": each.topic,
            "question": each.ask,
            "judged": KINDS[type(each.truth).__name__] if each.truth else "by yourself",
            "truth": asdict(each.truth) if each.truth else None,
            "shown": each.shown,
            "artifacts": list(each.artifacts),
            "outline": each.model,
            "follow_ups": each.follow,
            "last": last.get(each.key),
        }
        for each in questions
    ]


def as_markdown(title: str, questions: Iterable[Question]) -> str:
    """Return the sheet: each question, what an answer holds, the live numbers and their places."""
    lines = [MARK, "", f"# Interview sheet: {title}", ""]
    topic = ""
    for each in questions:
        if each.topic != topic:
            topic = each.topic
            lines += [f"## {topic.capitalize()}", ""]
        places = ", ".join(link(place) for place in each.artifacts)
        lines += [
            f"**{each.ask}**",
            "",
            f"- Measured: {each.shown or '-'}",
            f"- Where: {places}",
            f"- A good answer covers: {each.model}",
            f"- Then: {each.follow['right']}",
            "",
        ]
    return "\n".join(lines)


def link(place: str) -> str:
    """Return a link to a place; a command stays one."""
    path, _, line = place.partition(":")
    if " " in path:
        return f"`{place}`"
    return f"[{place}]({path}#L{line})" if line else f"[{place}]({path})"


def export(root: Path, path: Path, text: str, mark: str = MARK) -> bool:
    """Write the sheet, and keep it out of git; tell whether git had to be told to ignore it.

    The sheet is private. A file without our `mark` at its beginning is never overwritten.
    """
    if path.is_dir():
        raise MlscaffoldError(f"`{path}` is a folder", "name a file, such as `interview.md`")
    if path.exists() and mark.encode() not in path.read_bytes()[:200]:
        raise MlscaffoldError(f"`{path}` is there already, and not ours", "name another file")
    if not path.parent.is_dir():
        raise MlscaffoldError(f"there is no folder `{path.parent}`", "create it first")
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, path)  # noqa: PTH105 - over a link, too, without following it
    return hide(root, path)


def hide(root: Path, path: Path) -> bool:
    """Let git ignore a file inside the repository, in this copy of it only."""
    try:
        top = Path(git("rev-parse", "--show-toplevel", cwd=root)).resolve()
        name = path.resolve().relative_to(top).as_posix()
    except (GitError, ValueError):
        return False
    if ignored(top, [name]) == {name}:
        return False
    exclude(top, [f"/{name}"])
    return True
