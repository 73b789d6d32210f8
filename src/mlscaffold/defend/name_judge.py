"""Compares the name that an answer gives, of a model or a group, with the true one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .numerals import plain_quotes, spell_out
from .verdicts import Choice, Judgement, Verdict
from .vocabulary import CALLED, FAMILIES

NEARBY = r"(?:(?!over|than|instead|rather|not|because)[^.;]){0,25}$"
TAKEN = re.compile(
    r"\b(?:cho[os]e?n?|chosen|pick\w*|went with|go with|took|take|use[ds]?|using|settled|ended up|"
    rf"final|in the end|decided (?:on|for))\b{NEARBY}"
)
FIRM = re.compile(
    r"\b(?:chose|picked|went with|settled (?:on|for)|ended up|decided (?:on|for))\b" + NEARBY
)
RANKED = re.compile(r"[^.;]{0,25}?(?:, then|then|followed by|before|ahead of)\b")
BESIDE = re.compile(
    r"\b(?:not|no|never|than|over|beats?|beating|instead of|rather than|although|though|because|"
    r"since|as|while|whereas|unlike|against|versus|vs|didn't|don't|without|from|then|before|after|"
    r"but for|tell it from)\b[^.;:]{0,40}$"
)
SHORT = 4  # letters of a name that other words begin with, too
PLAIN = frozenset(
    "above below between most least other with from that this than over under hour hours day days "
    "week time rows model users customers each some more less when where have there".split()
)
ONE_WORD = re.compile(r"^\W*(?:it'?s |it is |that'?s )?(?:probably )?(?:the )?(\w+)(?:\W*$|[.,;:])")
SMALL = frozenset("a an and as at by for in is it its of on or over the to".split())
BUT = re.compile(r"\bbut (?!for)")
REASON = re.compile(r"[^,.;]{0,25}?\w*,? (?:because|since|as)\b")
REJECTED = re.compile(
    r"\b(?:not|no|never|didn't|don't|without|instead of|rather than)"
    r"(?: (?:a|an|the|by|at|in|do|any))*\s$"
)


def judge_choice(answer: str, truth: Choice) -> Judgement:
    """Compare the name that the answer gives with the true one."""
    text = spell_out(plain_quotes(answer))  # groups are named by numbers
    found = list(mentions(text, truth))
    exact = f"it is {spoken(truth, truth.value)}"
    if not found and (alike := resembling(text, truth)):
        right = alike == truth.value or alike in truth.also
        meant = f"you seem to mean {spoken(truth, alike)}; {exact}"
        return Judgement(*((Verdict.RIGHT, exact) if right else (Verdict.UNSURE, meant)))
    if not found:
        known = shared_words(text, truth)
        said = "that fits more than one of them" if known else "no name that this project knows"
        return Judgement(Verdict.MISSING, f"{said}; {exact}")
    named = {name for name, _ in found}
    rejected = {name for name, start in found if REJECTED.search(text[:start])}
    claimed = [name for name, start in found if not BESIDE.search(BUT.split(text[:start])[-1])]
    taken = {name for name, start in found if TAKEN.search(text[:start])} - rejected
    for names in (taken, set(claimed)):
        if len(names) == 1:
            rest = text[next(start for name, start in found if name in names) :]
            firm = any(FIRM.search(text[:start]) for name, start in found if name in names)
            plain = firm or REASON.match(rest) or RANKED.match(rest)
            others = named - names if plain else rejected
            return compare(next(iter(names)), named, others, truth)
    if claimed and found[0][0] == claimed[0] == truth.value and found[0][1] < 25:
        return Judgement(Verdict.RIGHT, exact)
    if not claimed and len(named - rejected) == 1:
        return compare(next(iter(named - rejected)), named, rejected, truth)
    if not claimed and rejected == {truth.value}:
        return Judgement(Verdict.WRONG, f"you rule it out, but {exact}")
    return Judgement(Verdict.UNSURE, f"several names, and it is not plain which is meant; {exact}")


def resembling(text: str, truth: Choice) -> str:
    """Return the option that shares most words with the text, where one stands out."""
    said = words_of(text)
    for alone in (named_alone(said, truth), named_by_one_word(text, truth)):
        if len(alone) == 1:
            return next(iter(alone))
    told = {name: [words_of(each) for each in words] for name, words in truth.names.items()}
    shared = set.intersection(*(words for each in told.values() for words in each[:1]))
    overlap = {
        name: max((len(own & said) / len(own) for words in each if (own := words - shared)),
                  default=0.0)
        for name, each in told.items()
    }  # fmt: skip
    first, *others = sorted(overlap, key=lambda name: -overlap[name])
    clear = not others or overlap[others[0]] < overlap[first] - 0.2
    return first if overlap[first] >= 0.5 and clear else ""


def named_alone(said: set[str], truth: Choice) -> set[str]:
    """Return the options that alone have some word of the answer: `rainy`, where one has rain."""
    words = {name: content_words(told) for name, told in truth.names.items()}
    found = set()
    for name, own in words.items():
        others = set[str]().union(*(words[each] for each in words if each != name))
        if spoken_of(own - others, said):
            found.add(name)
    return found


def named_by_one_word(text: str, truth: Choice) -> set[str]:
    """Return the options with the word that an answer begins with, and says alone: `the hour`."""
    word = ONE_WORD.match(text)
    if not word:
        return set()
    return {
        name
        for name, told in truth.names.items()
        if any(word[1] in words_of(each) for each in told)
    }


def spoken_of(words: set[str], said: set[str]) -> set[str]:
    """Return those of the words that an answer has, in some form: `rains` and `rainy` are rain."""
    return {
        word for word in words
        if any(each.startswith(word) and len(each) < len(word) + SHORT for each in said)
    }  # fmt: skip


def shared_words(text: str, truth: Choice) -> set[str]:
    """Return words of the names of some option that the text has."""
    return spoken_of(set[str]().union(*map(content_words, truth.names.values())), words_of(text))


def content_words(told: Iterable[str]) -> set[str]:
    """Return the words of a name that say something."""
    words = set[str]().union(*(words_of(each) for each in told))
    return {each for each in words if len(each) > 3 and each.isalpha()} - PLAIN


def words_of(text: str) -> set[str]:
    """Return the words and numbers of a text but for the smallest; `1D` is a day."""
    for sign, unit in (("d", "day"), ("h", "hour")):
        text = re.sub(rf"\b(\d+){sign}\b", rf"\1 {unit}", text.lower())
    words = re.findall(r"[a-z0-9.]+", re.sub(r"\b1 (?=day|hour)", "", text))
    return {word.removesuffix("s") if len(word) > SHORT else word for word in words} - SMALL


def compare(said: str, named: set[str], rejected: set[str], truth: Choice) -> Judgement:
    """Judge the one name that the answer claims."""
    exact = f"it is {spoken(truth, truth.value)}"
    if said == truth.value:
        return Judgement(Verdict.RIGHT, exact)
    if said in truth.also:
        return Judgement(
            Verdict.RIGHT, f"it is practically level with {spoken(truth, truth.value)}"
        )
    if truth.value in named - rejected:
        return Judgement(Verdict.UNSURE, f"you name it, beside {spoken(truth, said)}; {exact}")
    return Judgement(Verdict.WRONG, f"not {spoken(truth, said)}; {exact}")


def spoken(truth: Choice, name: str) -> str:
    """Return what an option is called."""
    names = truth.names.get(name) or (name,)
    return f"`{names[0]}`"


def mentions(text: str, truth: Choice) -> Iterator[tuple[str, int]]:
    """Yield the options that a text names, with the place, in order; longer names first."""
    words = sorted(
        ((word.lower(), name) for name, told in names_of(truth).items() for word in told),
        key=lambda pair: -len(pair[0]),
    )
    found: list[tuple[int, int, str]] = []
    for word, name in words:
        rest = r"\w{0,6}" if len(word) > SHORT else "(?:'?s)?"  # `also` does not name ALS
        for match in re.finditer(rf"(?<![a-z0-9]){re.escape(word)}{rest}(?![a-z0-9])", text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), name))
    end = -2
    for start, stop, name in sorted(found):
        if start > end + 1:  # a stratified random split is stratified
            yield name, start
        end = stop


def names_of(truth: Choice) -> dict[str, tuple[str, ...]]:
    """Return what every option is called, and families of models that the ladder does not have."""
    names = {
        name: (name.replace("_", " "), *told, *CALLED.get(name, ()))
        for name, told in truth.names.items()
    }
    if not {"ridge", "logistic", "isolation_forest"} & set(names):
        return names
    known = {word for told in names.values() for word in told}
    for family in FAMILIES:
        fresh = tuple(word for word in CALLED[family] if word not in known)
        if family not in names and fresh:
            names[family] = fresh
    return names
