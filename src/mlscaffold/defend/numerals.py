"""Turns number words into digits: `twenty-three thousand`, `point seven nine`, `a dozen`."""

from __future__ import annotations

import re

ONES = {
    word: number
    for number, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen
        """.split()
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2
    )
} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
WORD = r"\b(?:{})\b".format("|".join([*ONES, *TENS, *SCALES, "point"]))
RUN = re.compile(rf"(?:\ba (?=hundred|thousand|million))?{WORD}(?:(?: and | |-){WORD})*")
# `one` is a pronoun more often than a number: it counts before these words, or alone.
COUNTED = re.compile(
    r"one(?=\s*$|[.!]\s*$| (?:in|out of|times?|thirds?|quarter|half|fifth|sixth|tenth|percent|"
    r"per cent|and a half|a day|a week|days?|weeks?|minutes?|hours?|alerts?|every)\b| of them\W*$)"
)
SPECIAL = (
    (r"\bhalf a dozen\b", "6"),
    (r"\b(?:a |one )?dozen\b", "12"),
    (r"\b(?:a|one|1) single (?:time|look)\b", "1 times"),
    (r"\bnot (?:once|a single time)\b", "0 times"),
    (r"\bnever(?= *(?:$|[.,!]))", "0 times"),
    (r"\bonce\b(?! (?:the|it|we|i|you|more|again|a|per|every)\b)", "1 times"),
    (r"\btwice\b(?! (?:the|as|a|per|that)\b)", "2 times"),
    (r"\bthrice\b", "3 times"),
    (r"[\u2019`]", "'"),  # the apostrophe of word processors
    (r"[\u2013\u2212]", "-"),  # dash and minus
    (r"\u2014", " - "),
)


def plain_quotes(text: str) -> str:
    """Return a text in lower case, with the apostrophe of keyboards."""
    return text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()


def spell_out(text: str) -> str:
    """Return `text` in lower case with number words as digits.

    What was told in round words stays round: `a hundred thousand` becomes `100 thousand`.
    """
    text = text.lower()
    for pattern, digits in SPECIAL:
        text = re.sub(pattern, digits, text)
    text = RUN.sub(replace, text)
    return re.sub(r"(?<!or )(?<!plus )\bminus (?=\d)", "-", text)


def replace(found: re.Match[str]) -> str:
    """Return the digits for a run of number words."""
    words = re.findall(r"[a-z]+", found[0])
    after_digits = re.search(r"(?:\d|\bhalf)\s*$", found.string[: found.start()])
    if words[0] in SCALES and after_digits:
        return found[0]  # `23 thousand` is one number, read later
    if words == ["one"] and not COUNTED.match(found.string[found.start() :]):
        return found[0]
    return read([word for word in words if word not in {"a", "and"}]) or found[0]


def read(words: list[str]) -> str | None:
    """Return the digits of number words, or None where they make no number."""
    point = words.index("point") if "point" in words else len(words)
    number, decimals = whole_number(words[:point]), read_decimals(words[point + 1 :])
    if number is None or decimals is None or (point < len(words) and not decimals):
        return None
    if decimals:
        return f"{number}.{decimals}"
    scale = SCALES.get(words[-1], 1)
    return f"{number // scale} {words[-1]}" if scale >= 1000 else str(number)


def read_decimals(words: list[str]) -> str | None:
    """Return the digits after the point: `seven nine` and `seventy nine` are both 79."""
    if any(word in SCALES or word == "point" for word in words):
        return None
    if words and words[0] in TENS:
        number = whole_number(words)
        return None if number is None else str(number)
    return "".join(str(ONES.get(word, TENS.get(word, ""))) for word in words)


def whole_number(words: list[str]) -> int | None:
    """Return the number of words such as `two hundred thirty three`; None for `two three`."""
    total = part = 0
    for word in words:
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in SCALES:
            total, part = total + max(part, 1) * SCALES[word], 0
        elif part % 100 and not (part % 100 >= 20 and part % 10 == 0 and word in ONES):
            return None
        else:
            part += ONES.get(word, TENS.get(word, 0))
    return total + part
