"""Tables drawn with lines: of Markdown, of databases and SAP, in boxes; their rows without them."""

from __future__ import annotations

import re

RULE = re.compile(rb"[\s|+:=-]*(?:--|==|\+-)[\s|+:=-]*")  # of signs that draw a line
BARS = tuple(bar.encode() for bar in "│┃┆║")
DRAWN = re.compile(rb"\xe2[\x94\x95][\x80-\xbf]")  # other signs of boxes
FRAMED = 0.6  # share of lines with a bar at both ends


def is_framed(start: bytes) -> bool:
    """Return whether a table is drawn: a bar at both ends of its lines, rules between some."""
    lines = [line.strip() for line in start.splitlines() if line.strip()]
    inner = [line for line in lines if not RULE.fullmatch(line)]
    framed = sum(line[:1] == line[-1:] == b"|" and line.count(b"|") > 2 for line in inner)
    return framed > 2 and framed > FRAMED * len(inner)


def is_boxed(start: bytes) -> bool:
    """Return whether most lines hold the vertical lines of a drawn box."""
    lines = start.splitlines()
    return sum(any(bar in line for bar in BARS) for line in lines) > FRAMED * len(lines) > 2


def plain_box(line: bytes) -> bytes:
    """Return a line of a drawn box with the signs that every keyboard has."""
    for bar in BARS:
        line = line.replace(bar, b"|")
    return DRAWN.sub(b"-", line)


def unframed(line: bytes) -> bytes:
    """Return a line of a table without the bars at its ends; nothing of a rule."""
    bare = line.strip()
    if RULE.fullmatch(bare):
        return b""
    return bare[1:-1] + b"\n" if bare[:1] == bare[-1:] == b"|" and len(bare) > 1 else line
