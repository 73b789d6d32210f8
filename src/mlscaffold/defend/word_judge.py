"""Compares directions and names in an answer with what is true, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .verdicts import Choice, Direction, Judgement, Verdict

NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|without|doubt|don't|cannot|can't|nothing)\b|n't\b")
CLAUSE = re.compile(
    r"[.,;:!?]+\s|[.,;:!?]+$|\s-+\s|\b(?:but|although|though|because|whereas|while|since|so that|"
    r"as the|rather than|instead of|, so)\b"
)
LESSENED = re.compile(
    r"\b(?:hardly|barely|scarcely|next to nothing|almost nothing|nearly nothing|(?:very|too) little|"
    r"marginal\w*|negligibl\w*|tiny|only (?:\w+ )*(?:slightly|a (?:little )?bit|a little)|little(?= (?:gain|benefit|help|improvement|point))|diminishing|not (?:by )?much|"
    r"nothing|at most a (?:bit|little))\b"
)
YES = re.compile(r"^\W*(?:oh |well,? |hm+,? )?(?:yes|yep|yeah|yup|sure|definitely|certainly|absolutely|of course|"
                 r"probably(?: yes)?|i think so|i'd (?:expect|think|say) so|true|indeed|clearly|(?:it|they|that) "
                 r"(?:would|does|is|did|should|will)(?=\s*(?:$|[.,!-]))|we did)\b(?! not|n't)")  # fmt: skip
NO = re.compile(r"^\W*(?:oh |well,? |hm+,? )?(?:unfortunately |sadly |probably |certainly |definitely |i'm afraid )?"
                r"(?:no|nope|nah|not|i doubt it|i don't think (?:so|it would|it will|that would|more)|(?:it|we|i) (?:would|does|is|did|could)(?:n't| not)|hardly|doubtful|"
                r"barely)\b(?! (?:luck|chance|coincid|sure|idea|certain|under|over|bias|varian|overfit|underfit|flat|yet|one))")  # fmt: skip
LEAD = re.compile(r"^\W*(?:yes|yeah|yep|no|nope|nah)\b,?\s*(?=[a-z])(?!luck|chance|coincid|sign|longer)")
DUNNO = re.compile(
    r"\b(?:don't know|no idea|not sure|never (?:checked|looked)|hard to say|depends|can't (?:say|remember)|"
    r"i forgot|maybe|look (?:it|that) up|unclear|good question)\b"
)

# What tells the directions: option -> words. Each is negated by a negation before it in the clause.
CUES: dict[str, dict[str, str]] = {
    "more_data": {
        "yes": r"help\w*|improv\w*|still (?:\w+ )?(?:fall\w*|drop\w*|go\w*|decreas\w*|ris\w*|climb\w*)|(?:fall|dropp|"
        r"decreas|ris|climb)ing|going (?:down|up)|bring\w*|gain\w*|better|worth (?:it|the)|change anything|"
        r"more (?:rows|data) (?:would|will|is|are)|benefit\w*|useful|pays?|makes? (?:a|any) difference",
        "no": r"flat\w*|plateau\w*|saturat\w*|level+(?:ed|ing|s)?[ -]?(?:off|out)|converged|enough (?:data|rows)|"
        r"asymptot\w*|stagnat\w*|reached (?:its|the) limit|stopped (?:fall|improv)\w*",
    },
    "bias_variance": {
        "bias": r"(?:high )?bias\w*|under-?fit\w*|too simple|not flexible|too rigid|both (?:\w+ )*(?:high|bad)|"
        r"(?:about|almost|nearly|practically) (?:the same|equal)|(?:small|tiny|no|narrow) gap|gap is (?:tiny|small|narrow)|"
        r"close together",
        "variance": r"varian\w*|over-?fit\w*|memori[sz]\w*|too (?:flexible|complex)|(?:big|large|huge|wide|clear) gap|"
        r"gap is (?:big|large|huge|wide)|far below|much (?:lower|better) (?:on|in) train\w*|learn\w* by heart",
        "balanced": r"balanced|neither|both are fine|a good fit|sweet spot|neither nor",
    },
    "yes_no": {
        "yes": r"yes|meet\w*|reach\w*|met|achiev\w*|exceed\w*|beat\w*|made it|easily|surpass\w*|hit it",
        "no": r"missed|(?:fell|falls?|came|fall) short|fail\w*|short of|not quite|below the goal|no",
    },
    "clear": {
        "yes": r"clear\w*|significan\w*|(?:leaves?|left) out (?:0|zero)|exclud\w* (?:0|zero)|(?:0|zero) (?:lies |is )?(?:\w+ )?outside|"
        r"every fold|all (?:the |\d+ )?folds|hands down|distinguishabl\w*|reliabl\w*|certain\w*|real difference|"
        r"tell (?:them|the two) apart|does not (?:include|contain|cover) (?:0|zero)|consistent\w*|wins? (?:on|in) (?:every|all)",
        "no": r"luck\w*|by chance|be chance|chance|noise|ties?|tied|coinciden\w*|indistinguishabl\w*|within|"
        r"(?:0|zero) (?:is |lies )?(?:inside|within|in)|(?:includ|contain|cover|cross|straddl)\w* (?:0|zero)|overlap\w*|the same|"
        r"random\w*",
    },
}
CALLED = {  # what people call families of models and kinds of splits
    "boosting": ("boost", "lightgbm", "lgbm", "xgb", "catboost", "gbm", "gbdt", "histgradient"),
    "forest": ("forest",),
    "ridge": ("ridge", "linear regression", "linear model"),
    "linear": ("linear regression", "linear model", "least squares"),
    "curves": ("curves", "spline", "gam"),
    "lasso": ("lasso",),
    "logistic": ("logistic", "logit", "logreg", "linear model"),
    "neighbours": ("neighbour", "neighbor", "knn", "k-nn", "item-item"),
    "nearest": ("neighbour", "neighbor", "knn"),
    "isolation_forest": ("isolation forest", "iforest", "isolation"),
    "elliptic_envelope": ("elliptic", "gauss", "envelope", "mahalanobis"),
    "als": ("als", "alternating", "matrix factor"),
    "ease": ("ease",),
    "popular_lately": ("popular lately", "popularity lately", "recently popular"),
    "popular_ever": ("popular ever", "most popular overall"),
    "network": ("neural", "mlp", "deep net", "network"),
    "svm": ("svm", "support vector", "svr", "svc"),
    "tree": ("decision tree", "single tree"),
    "time": ("chronolog", "in order", "by time", "by date", "in time", "later rows", "future", "order in time"),
    "random": ("random", "shuffl"),
    "stratified": ("stratif", "same share"),
    "group": ("by group", "groupkfold", "per customer", "per patient"),
}
TAKEN = re.compile(r"\b(?:cho[os]e?n?|chosen|pick\w*|went with|go with|took|take|use[ds]?|using|settled|ended up|final|"
                   r"in the end|decided (?:on|for))\b[^.;]{0,25}$")  # fmt: skip
ASIDE = re.compile(
    r"\b(?:not|no|never|than|over|beats?|beating|instead of|rather than|although|though|because|since|as|while|"
    r"whereas|unlike|against|versus|vs|didn't|don't|without|from|then|before|after|but for|tell it from)\b[^.;:]{0,40}$"
)
BUT = re.compile(r"\bbut (?!for)")
REASON = re.compile(r"\w*,? (?:because|since|as)\b")
NEGATED = re.compile(r"\b(?:not|no|never|didn't|don't|without|instead of|rather than)(?: (?:a|an|the|by|at|in|do|any))*\s$")


def judge_direction(answer: str, truth: Direction) -> Judgement:
    """Compare the way that the answer points with the truth."""
    text = answer.lower().replace("’", "'").strip()
    told, denied = read_direction(text, truth.cues)
    options = set(CUES[truth.cues])
    exact = f"the measured answer is `{truth.value}`"
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
    plain = set(CUES[cues]) & {"yes", "no"}
    if plain and (lead := "yes" if YES.search(text) else "no" if NO.search(text) else ""):
        if not DUNNO.match(text):
            told.add(lead)
    if DUNNO.search(text) and not told:
        rest = DUNNO.sub(" ", text)
        if not any(re.search(rf"\b(?:{words})\b", rest) for words in CUES[cues].values()):
            return set(), set()
    for clause in clauses(LEAD.sub("", text) if plain else text):
        yes, no = read_clause(clause, cues)
        told |= yes
        denied |= no
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
    clause = re.sub(r"\b(?:better|other|new|more) (?:features?|labels?|models?|inputs?)\b.*", "", clause)
    lessened = bool(LESSENED.search(clause)) and cues == "more_data"
    two_ways = set(CUES[cues]) == {"yes", "no"}
    for option, words in CUES[cues].items():
        for found in re.finditer(rf"\b(?:{words})\b", clause):
            negated = bool(NEGATION.search(clause[: found.start()]))
            if lessened and option == "yes":
                negated = True
            if negated and two_ways:
                told.add("no" if option == "yes" else "yes")
            (denied if negated else told).add(option) if not (negated and two_ways) else None
    if lessened and not told:
        told.add("no")
    return told, denied


def judge_choice(answer: str, truth: Choice) -> Judgement:
    """Compare the name that the answer gives with the true one."""
    text = answer.lower().replace("’", "'")
    found = list(mentions(text, truth))
    exact = f"it is {spoken(truth, truth.value)}"
    claimed = [name for name, start in found if not ASIDE.search(BUT.split(text[:start])[-1])]
    taken = [name for name, start in found if TAKEN.search(text[:start]) and not NEGATED.search(text[:start])]
    rejected = {name for name, start in found if NEGATED.search(text[:start])}
    if not found:
        return Judgement(Verdict.MISSING, f"no name that this project knows; {exact}")
    for names in (set(taken), set(claimed)):
        if len(names) == 1:
            rest = text[next(start for name, start in found if name in names) :]
            if re.match(rf"[^,.;]{{0,25}}?{REASON.pattern}", rest):
                rejected = {name for name, _ in found if name not in names}
            return compare(next(iter(names)), {name for name, _ in found}, rejected, truth)
    if claimed and found[0][0] == claimed[0] and found[0][1] < 25 and claimed[0] == truth.value:
        return Judgement(Verdict.RIGHT, exact)
    if not claimed and rejected == {truth.value}:
        return Judgement(Verdict.WRONG, f"you rule it out, but {exact}")
    return Judgement(Verdict.UNSURE, f"several names, and it is not plain which one you mean; {exact}")


def compare(said: str, named: set[str], rejected: set[str], truth: Choice) -> Judgement:
    """Judge the one name that the answer claims."""
    exact = f"it is {spoken(truth, truth.value)}"
    if said == truth.value:
        return Judgement(Verdict.RIGHT, exact)
    if truth.value in named - rejected:
        return Judgement(Verdict.UNSURE, f"you name it, beside {spoken(truth, said)}; {exact}")
    return Judgement(Verdict.WRONG, f"not {spoken(truth, said)}; {exact}")


def spoken(truth: Choice, name: str) -> str:
    """Return what an option is called."""
    names = truth.names.get(name) or (name,)
    return f"`{names[0]}`"


def mentions(text: str, truth: Choice) -> Iterator[tuple[str, int]]:
    """Yield the options that a text names, with the place, in order; longer names first."""
    names = {name: (name.replace("_", " "), *told, *CALLED.get(name, ())) for name, told in truth.names.items()}
    known = {word for told in names.values() for word in told}
    for family in ("network", "svm", "boosting", "forest", "lasso", "ridge", "linear", "logistic", "tree"):
        if "ridge" in names or "logistic" in names or "isolation_forest" in names:
            fresh = tuple(word for word in CALLED[family] if word not in known)
            if family not in names and fresh:
                names[family] = fresh
    found: list[tuple[int, int, str]] = []
    words = sorted(((word.lower(), name) for name, told in names.items() for word in told),
                   key=lambda pair: -len(pair[0]))  # fmt: skip
    for word, name in words:
        for match in re.finditer(rf"(?<![a-z0-9]){re.escape(word)}\w{{0,4}}(?![a-z0-9])", text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), name))
    end = -2
    for start, stop, name in sorted(found):
        if start > end + 1:  # a stratified random split is stratified
            yield name, start
        end = stop
