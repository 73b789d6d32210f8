"""Compares the way that an answer points with what is true, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numerals import plain_quotes
from .verdicts import Direction, Judgement, Verdict
from .vocabulary import CLOSE, CUES

NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|doubt|don't|cannot|can't|nothing)\b|n't\b"
)
CLAUSE = re.compile(
    r"[.,;:!?]+\s|[.,;:!?]+$|\s-+\s|\b(?:but|although|though|because|whereas|while|since|so that|"
    r"as the|rather than|instead of|, so)\b"
)
LESSENED = re.compile(
    r"\b(?:hardly|barely|scarcely|(?:next to|almost|nearly) nothing|(?:very|too) little|"
    r"marginal\w*|negligibl\w*|tiny|only (?:\w+ )*(?:slightly|a (?:little )?bit|a little)|"
    r"little(?= (?:gain|benefit|help|improvement|point))|diminishing|not (?:by )?much|nothing|"
    r"at most a (?:bit|little))\b"
)
BEGIN = r"^\W*(?:oh |well,? |hm+,? )?"
YES = re.compile(
    rf"{BEGIN}(?:yes|yep|yeah|yup|sure|definitely|certainly|absolutely|of course|probably(?: yes)?|"
    r"i think so|i'd (?:expect|think|say) so|true|indeed|clearly|"
    r"(?:it|they|that) (?:would|does|is|did|should|will)(?=\s*(?:$|[.,!-]))|we did)\b(?! not|n't)"
)
NO = re.compile(
    rf"{BEGIN}(?:unfortunately |sadly |probably |certainly |definitely |i'm afraid )?"
    r"(?:no|nope|nah|not|i doubt it|i don't think (?:so|it would|it will|that would|more)|"
    r"(?:it|we|i) (?:would|does|is|did|could)(?:n't| not)|hardly|doubtful|barely)\b"
    r"(?! (?:luck|chance|coincid|sure|idea|certain|under|over|bias|varian|flat|yet|one))"
)
LAST = re.compile(r"\b(?:i'd say|i would say|so|clear|a) (yes|no)\W*$")
LEAD = re.compile(
    r"^\W*(?:yes|yeah|yep|no|nope|nah)\b,?\s*(?=[a-z])(?!luck|chance|coincid|sign|longer)"
)
DUNNO = re.compile(
    r"\b(?:don't know|no idea|not sure|never (?:checked|looked)|hard to say|depends|"
    r"can't (?:say|remember)|i forgot|maybe|look (?:it|that) up|unclear|good question)\b"
)
HALFWAY = re.compile(  # neither yes nor no, as the truth is
    r"\b(?:a (?:little|tiny|wee)? ?bit|a little|slightly|not (?:by )?much|perhaps|maybe|might|"
    r"possibly|can(?:'t|not) promise)\b"
)
ELSEWHERE = re.compile(
    r"\bthan (?:from |a |by )?\w+|"
    r"\b(?:better|other|new|more) (?:features?|labels?|models?|inputs?)\b.*"
)
SURE = re.compile(
    r"\b(?:there is |there's )?(?:no|without(?: a)?|beyond) (?:doubt|question)\b(?: that)?"
)
POSSIBLE = re.compile(r"\b(?:can|could)(?:n't| not|not) (?:be )?(?:ruled? out|exclude[ds]?)\b")


def judge_direction(answer: str, truth: Direction) -> Judgement:
    """Compare the way that the answer points with the truth."""
    text = plain_quotes(answer)
    told, denied = read_direction(text, truth.cues)
    options = set(CUES[truth.cues])
    exact = f"the measured answer is `{truth.value}`"
    if truth.value not in options and HALFWAY.search(text):
        return Judgement(Verdict.RIGHT, exact)
    if len(told) == 1:
        said = next(iter(told))
        if said == truth.value:
            return Judgement(Verdict.RIGHT, exact)
        if truth.value not in options:
            return Judgement(Verdict.UNSURE, f"it is not clear-cut: {exact}")
        return Judgement(Verdict.WRONG, f"you say `{said}`; {exact}")
    if not told and denied and truth.value in denied:
        return Judgement(Verdict.WRONG, f"you rule out `{truth.value}`; {exact}")
    if not told and not denied:
        return Judgement(Verdict.MISSING, f"neither way was named; {exact}")
    return Judgement(Verdict.UNSURE, f"your answer points both ways; {exact}")


def read_direction(text: str, cues: str) -> tuple[set[str], set[str]]:
    """Return which options the text names, and which it denies."""
    told: set[str] = set()
    denied: set[str] = set()
    text = POSSIBLE.sub("perhaps", SURE.sub("certainly", text))
    plain = set(CUES[cues]) & {"yes", "no"}
    lead = "yes" if YES.search(text) else "no" if NO.search(text) else ""
    if ends := LAST.search(text):
        lead = ends[1]
    if plain and lead and not DUNNO.match(text):
        told.add(lead)
    if DUNNO.search(text) and not told:
        rest = DUNNO.sub(" ", text)
        if not any(re.search(rf"\b(?:{words})\b", rest) for words in CUES[cues].values()):
            return set(), set()
    for clause in clauses(LEAD.sub("", text) if plain else text):
        yes, no = read_clause(clause, cues)
        told |= yes
        denied |= no
    if cues == "bias_variance" and re.search(rf"\b(?:{CLOSE})\b", text):
        denied.add("variance")
    if "balanced" in told:
        told = {"balanced"}  # neither bias nor variance
    if plain and not told and denied:
        told = {"no" if option == "yes" else "yes" for option in denied}
    return told, denied - told


def clauses(text: str) -> Iterator[str]:
    """Yield the parts of a text within which a negation reaches."""
    yield from (part for each in CLAUSE.split(text) if each and (part := each.strip()))


def read_clause(clause: str, cues: str) -> tuple[set[str], set[str]]:
    """Return the options that one clause names, and those that it denies."""
    told: set[str] = set()
    denied: set[str] = set()
    clause = ELSEWHERE.sub("", clause)
    lessened = bool(LESSENED.search(clause)) and cues == "more_data"
    two_ways = set(CUES[cues]) == {"yes", "no"}
    for option, words in CUES[cues].items():
        for found in re.finditer(rf"\b(?:{words})\b", clause):
            negated = bool(NEGATION.search(clause[: found.start()]))
            if not negated and not (lessened and option == "yes"):
                told.add(option)
            elif two_ways:
                told.add("no" if option == "yes" else "yes")
            else:
                denied.add(option)
    if lessened and not told:
        told.add("no")
    return told, denied
