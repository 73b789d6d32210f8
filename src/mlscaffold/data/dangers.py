"""What could make the results of a file mislead, said before anything is trained."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from . import words
from .classes import listed, of_classes, spelled_twice
from .columns import MARKERS, Column
from .numbers import percent
from .plan import Plan
from .relations import Rows, told_of_class, told_of_number
from .times import few_moments

FEW = 200
FEW_CASES = 25  # of a class: a fifth of them are test rows
SELDOM = 3  # rows of an item, on average
COPIES = 0.01
CHANCE = 0.25  # share of the copies that chance alone must explain for them to be real
CAPPED = 0.01
DRIFT = 0.03
SORTED = 0.6  # what the place of a row tells of its class in a file in order of classes
SLIPS = 0.005  # share of rows that may be out of order in a file in order of amounts
UNLABELLED = 0.05
YEARS = (1700, 2100)
FAR = 50  # times the number that one row in a hundred exceeds
UNRATED = 2.0  # times as many rows as the most frequent grade
MANY = 30  # different numbers, as measurements have
APART = 0.15  # of the usual range of a number: nothing in between says that 0 is no amount of it
UNEQUAL = 0.5  # of the equal share of a class: one with less of the rows is rare
KINDS = 12  # values of a column that may tell which rows have a zero
NEARLY = 0.98  # share of such rows
ROUNDED = 0.97  # share of values that must be multiples of a step


def find_dangers(plan: Plan) -> list[str]:
    """Return one sentence for each danger, with what to do about it."""
    found = [
        *of_size(plan),
        *of_target(plan),
        *of_columns(plan),
        *of_groups(plan),
        *of_reading(plan),
        *of_numbers(plan),
        *of_zeros(plan),
    ]
    if plan.kind in {"regression", "classification"}:
        found += of_order(plan)
    return [*found, *of_log(plan)] if plan.kind == "recommender" else found


def of_log(plan: Plan) -> list[str]:
    """Return whether users and items come back too seldom for a list to hit anything."""
    users, items = (plan.column(plan.users[each]) for each in ("user", "item"))
    found = []
    if (name := plan.users["rating"]) and (share := without_rating(plan.column(name))):
        found.append(
            f"ratings of 0: {percent(share)} of {name} are 0, far more than any grade; if 0 means "
            "that somebody did not rate, let feedback.relevant be the lowest grade that counts"
        )
    if not plan.table.whole or (users.distinct >= FEW and items.known >= SELDOM * items.distinct):
        return found
    often = items.known / items.distinct
    said = (
        f"thin: {users.distinct:,} users, and {often:.1f} rows an item on average; hardly any list"
    )
    return [
        *found,
        f"{said} will hit anything, so group items (by kind, by maker) or get more rows",
    ]


def without_rating(column: Column) -> float:
    """Return the share of ratings of 0 where these are far more than those of the lowest grade."""
    by: Counter[float] = Counter()
    for cell, number in column.numbers.items():
        by[number] += column.counts[cell]
    low, *rest = sorted(by)
    if low != 0 or len(rest) < 4 or by[low] < UNRATED * max(by[grade] for grade in rest):
        return 0.0
    return by[low] / column.known


def of_size(plan: Plan) -> list[str]:
    """Return what few rows, many columns and copies mean."""
    table, found = plan.table, []
    if table.rows < FEW:
        found.append(f"few rows: {table.rows}; intervals will be wide, so prefer simple models")
    if len(table.names) > table.rows / 2:
        found.append(
            f"many columns for so few rows ({len(table.names):,} and {table.rows:,}): "
            "expect overfitting, and trust the penalised linear model most"
        )
    if share := copies(plan):
        found.append(f"copies: {percent(share)} of the rows repeat another one{of_copies(plan)}")
    return found


def of_copies(plan: Plan) -> str:
    """Return what happens to rows that repeat another one, or what to do with them."""
    if plan.duplicates.value == "remove":
        return (
            "; on both sides of a split a model would know them by heart, so they are removed "
            '(set data.duplicates = "keep" if they are real)'
        )
    if copies_are_likely(plan):
        return ", as is to be expected of so few different values, so they are kept"
    if exact := copies(plan, numbered=True):
        return f" ({percent(exact)} in all columns); are they real, or a mistake of the export?"
    return (
        " but for its number or file, so they are not removed; on both sides of a split a model "
        "would know them by heart: were rows exported, or files stacked, twice?"
    )


def copies_are_likely(plan: Plan) -> bool:
    """Return whether rows of different cases are often alike, as their columns have few values.

    How often two rows would agree in all columns if these had nothing to do with each other is
    the least that chance gives: real columns go together.
    """
    alike = 1.0
    for name in {*plan.features, plan.target} - {"", *plan.joined}:
        column = plan.column(name)
        shares = [count / column.seen for count in (*column.counts.values(), column.missing)]
        alike *= sum(share**2 for share in shares)
    share = copies(plan, numbered=True) or copies(plan)
    return alike * plan.table.seen / 2 >= CHANCE * share > 0


def copies(plan: Plan, *, numbered: bool = False) -> float:
    """Return the share of rows that repeat an earlier one, with number and file or without."""
    aside = set() if numbered else {*plan.flagged("row_number"), *plan.flagged("file")}
    if not numbered:  # a number of each customer says no more than that of the row
        ids = [plan.column(name) for name in plan.named("id")]
        aside |= {each.name for each in ids if each.distinct == each.known == each.seen}
    columns = [
        cells
        for name, cells in zip(plan.table.names, plan.table.columns, strict=True)
        if name not in aside
    ]
    count = plan.table.seen
    share = 1 - len({hash(row) for row in zip(*columns, strict=True)}) / max(count, 1)
    return share if share >= COPIES else 0.0


def of_target(plan: Plan) -> list[str]:
    """Return what is odd about the target itself."""
    if not plan.target or plan.kind not in {"regression", "classification"}:
        return []
    column, found = plan.column(plan.target), []
    lost = column.missing - sum(plan.left_out.values())
    if lost >= UNLABELLED * column.seen:
        found.append(
            f"unlabelled: {percent(lost / column.seen)} of the rows have no {plan.target}"
            f"{f' ({listed(column.markers)})' if column.markers else ''} and are left out; the "
            "others may differ from them in kind"
        )
    most = max(column.counts.values()) / column.known
    if plan.kind == "classification":
        found += of_classes(plan)
        found += of_rarest(plan)
        return found + far_out(plan)
    none = sum(column.counts[cell] for cell, number in column.numbers.items() if number == 0)
    if words.has(plan.target, words.PRICED) and 0.05 * column.known < none <= 0.5 * column.known:
        found.append(
            f"zeros: {percent(none / column.known)} of {plan.target} are 0; was it given away, or "
            "not said? Leave such rows out, or predict first whether it is 0"
        )
    if most > 0.5:
        found.append(
            f"nearly constant: {percent(most)} of the values of {plan.target} are the same; "
            "what is there to predict?"
        )
    found += far_out(plan)
    if step := rounded(column):
        found.append(
            f"rounded: {plan.target} is given in steps of {step:,}; smaller errors mean nothing"
        )
    for name in (plan.target, *plan.named("numeric")):
        if end := capped(plan, name):
            what = f"capped: {end[1]:,} values of {name} are exactly {end[0]}, the largest one"
            found.append(f"{what}; the file knows nothing beyond it, and neither will a model")
    return found


def far_out(plan: Plan) -> list[str]:
    """Return which columns have a number so far above all others that it may be a slip."""
    said = []
    for name in (plan.target, *plan.named("numeric")):
        column = plan.column(name)
        values = sorted(
            number
            for cell, number in column.numbers.items()
            if cell != column.sentinel
            for _ in range(column.counts[cell])
        )
        if values and values[-1] > FAR * values[-1 - len(values) // 100] > 0:
            said.append(f"{values[-1]:,.12g} in {name}")
    text = (
        f"far out: {listed(said)}, more than {FAR} times what 99% of the rows stay below; if that "
        "is a slip, correct it in the source: it decides every mean and every squared error"
    )
    return [text] if said else []


def rounded(column: Column) -> int:
    """Return the steps in which nearly all values of a column are said, or 0."""
    values = [(number, column.counts[cell]) for cell, number in column.numbers.items()]
    for step in (1000, 500, 100, 50, 10, 5):
        even = sum(count for number, count in values if number % step == 0)
        if even >= ROUNDED * column.known and column.high - column.low >= 20 * step:
            return step
    return 0


def capped(plan: Plan, name: str) -> tuple[str, int] | None:
    """Return a limit that many values stop at, and how many."""
    column = plan.column(name)
    if not column.numeric or column.distinct < 30:
        return None
    values = sorted((number, cell) for cell, number in column.numbers.items())
    number, _ = values[-1]
    count = sum(column.counts[c] for n, c in values if n == number)
    near = [column.counts[c] for n, c in values[-6:-1]]
    if count > max(CAPPED * column.known, 10, 4 * max(near)):
        return f"{number:,.6g}", count
    return None


def of_columns(plan: Plan) -> list[str]:
    """Return what was seen of single columns and asks for a decision of the person."""
    found = []
    told: dict[str, list[str]] = {}
    for name in plan.flagged("leak") + plan.flagged("later"):
        told.setdefault(plan.roles[name].reason, []).append(name)
    for reason, names in told.items():
        said = f"{', '.join(names[:-1])} and {names[-1]} are" if names[1:] else f"{names[0]} is"
        them = "them back only if they are" if names[1:] else "it back only if it is"
        found.append(f"leakage: {said} left out ({reason}); put {them} known in time")
    asked: dict[str, list[str]] = {}
    for name in plan.flagged("late?"):
        role = plan.roles[name]
        if role.role not in {"drop", "target"}:
            why = role.reason if "why" in role.flags else ""
            alone = "" if why else f" (tells {percent(role.power)} of the target alone)"
            asked.setdefault(why, []).append(name + alone)
    for why, names in asked.items():
        said = f"known later? {listed(names)}{f' ({why})' if why else ''}"
        found.append(f"{said}: do you know {'them' if names[1:] else 'it'} when you predict?")
    for name in plan.flagged("few_stretches"):
        found.append(
            f"labels: {name} marks too few stretches to judge by, so nothing is tuned by it and "
            "alerts follow a budget; several such files stacked ('FOLDER/*.csv') may be enough"
        )
    for name in plan.flagged("division"):
        found.append(
            f"division: {name} says which rows are for training; it is left out and all rows are "
            "divided anew, so results are not those of others on the same file"
        )
    if people := plan.flagged("personal"):
        them = f"{listed(people)} {'are' if people[1:] else 'is'}"
        found.append(f"personal data: {them} left out; do not publish the file")
    spelled = {name: spelled_twice(plan.column(name)) for name in plan.named("categorical")}
    if alike := [f"{same} in {name}" for name, same in spelled.items() if same]:
        found.append(
            f"spelling: {listed(alike)} differ in case or punctuation only, but are two "
            "categories to a model: write them alike in the source"
        )
    told_of = {*plan.flagged("leak"), *plan.flagged("later")}
    sparse = [name for name in plan.flagged("mostly_empty") if name not in told_of]
    if sparse:
        shares = [f"{name} ({percent(plan.column(name).share_missing)})" for name in sparse]
        found.append(f"mostly empty: {listed(shares)}; a gap may mean `none` rather than `unknown`")
    return found


def of_reading(plan: Plan) -> list[str]:
    """Return what was read in one way and may be meant in another."""
    found = []
    together: dict[str, list[str]] = {}
    for name in plan.flagged("sentinel"):
        together.setdefault(plan.column(name).sentinel, []).append(name)
    for value, names in together.items():
        found.append(
            f"missing as a number: {value} in {listed(names)} is far from all other values, or the "
            "only negative one, so it is read as missing"
        )
    for name in plan.flagged("ambiguous"):
        found.append(
            f"dates: does {name} begin with the day or the month? Until you say, it is not used"
        )
    for name in plan.flagged("mixed"):
        found.append(
            f"dates: some of {name} begin with the day and some with the month, or in other ways "
            "that cannot be told apart; it is not used until they are written alike in the source"
        )
    return found


def of_zeros(plan: Plan) -> list[str]:
    """Return which numbers are 0 in some rows and far above it in all others.

    Nothing is said where another column tells which rows these are: a shop that is closed.
    """
    found = []
    for name in plan.named("numeric", "target"):
        column = plan.column(name)
        zeros = [cell for cell, number in column.numbers.items() if number == 0]
        rest = sorted(number for number in column.numbers.values() if number)
        never = rest and YEARS[0] <= rest[0] <= rest[-1] <= YEARS[1]  # built in 0: not yet
        if not zeros or len(rest) < MANY or rest[0] < 0 or never:
            continue
        count = sum(column.counts[cell] for cell in zeros)
        usual = rest[int(0.95 * len(rest))] - rest[int(0.05 * len(rest))]
        if (
            not 3 <= count <= column.known / 2
            or rest[0] < APART * usual
            or words.has(name, words.SPANS)
        ):
            continue
        if not is_told(plan, name, {*zeros}):
            found.append(f"{name} ({percent(count / column.known)}, no other below {rest[0]:,.6g})")
    if not found:
        return []
    said = "does 0 mean none, or not measured? If not measured, add it to data.read.na_values"
    return [f"zeros: {listed(found)}; {said}, as in COLUMN = ['0']"]


def is_told(plan: Plan, name: str, zeros: set[str]) -> bool:
    """Return whether a category, or a gap, of another column stands wherever one has a zero."""
    places = {place for place, cell in enumerate(plan.table.column(name)) if cell in zeros}
    for other in plan.columns:
        if other.name == name or other.distinct > KINDS:
            continue
        cells = plan.table.columns[other.place]
        there = Counter(cells[place] for place in places)
        value, count = there.most_common(1)[0]
        if count >= NEARLY * len(places) and count >= NEARLY * sum(cell == value for cell in cells):
            return True
    return False


def of_groups(plan: Plan) -> list[str]:
    """Return which larger groups hold the things that stay together."""
    what = words.entity(plan.entity)
    return [
        f"groups: each {what} belongs to one of the {plan.column(name).distinct} in {name}; if new "
        f'rows belong to others, set split.by = "{name}"'
        for name in plan.flagged("holds")
        if plan.split.by == plan.entity
    ]


def of_rarest(plan: Plan) -> list[str]:
    """Return whether a class has much less than an equal share of the rows, or too few of them."""
    known, rows = plan.column(plan.target).known, plan.rows_of_classes()
    least = min(rows.values())
    few = plan.table.whole and least < FEW_CASES
    rare = least < UNEQUAL * known / len(rows)
    if least >= 0.1 * known or not (rare or few):
        return []
    hint = "look at its precision and recall, never at accuracy"
    if few:
        hint = "too few to tell a good model from luck, so bring more of them"
    what = "imbalance" if rare else "few cases"
    return [f"{what}: {least:,} of {known:,} rows are of the rarest class; {hint}"]


def of_numbers(plan: Plan) -> list[str]:
    """Return where words or several units stand among numbers."""
    found = []
    for name in [*plan.named("numeric", "target")]:
        if plan.column(name).mixed:
            signs = " and ".join(plan.column(name).mixed)
            found.append(
                f"units: some of {name} are in {signs}, read alike; bring them to one unit first"
            )
    words_of: dict[str, list[str]] = {}
    for name in plan.named("numeric", "target"):
        markers = plan.column(name).markers if plan.column(name).numeric else []
        left_out = plan.left_out if name == plan.target else []
        for odd in {*markers} - {*left_out}:
            words_of.setdefault(odd, []).append(name) if odd not in MARKERS else None
    same: dict[str, list[str]] = {}
    for odd, names in words_of.items():
        same.setdefault(listed(names), []).append(odd)
    for where, odds in same.items():
        they = (
            "are read as missing; if they mean" if odds[1:] else "is read as missing; if it means"
        )
        each = "numbers in their place" if odds[1:] else "a number in its place"
        found.append(
            f"missing in words: {listed(odds)} among the numbers of {where} {they} something, "
            f"write {each}"
        )
    return found


def in_order_of_time(plan: Plan) -> list[str]:
    """Return whether a number of few years, months or the like rises along the whole file."""
    if not (name := few_moments(plan)):
        return []
    what = f"order: the file is in order of {name}, which has too few values to divide by"
    return [f'{what}; if the model is for later rows, set split.kind = "time", split.by = "row"']


def of_order(plan: Plan) -> list[str]:
    """Return whether the place in the file tells the target: drift, or rows sorted in some way."""
    if plan.split.value == "time":
        return []
    rows, column = Rows.of(plan.table), plan.column(plan.target)
    bands = [str(10 * place // plan.table.seen) for place in rows.places]
    if plan.kind == "classification":
        told = told_of_class(bands, rows.cells(column))
        ordered = told > SORTED
    else:
        told = told_of_number(bands, rows.numbers(column))
        values = [each for each in rows.numbers(column) if each is not None]
        steps = [a - b for a, b in pairwise(values)]
        ordered = min(sum(s < 0 for s in steps), sum(s > 0 for s in steps)) <= SLIPS * len(steps)
    if told < DRIFT:
        return in_order_of_time(plan)
    if ordered:
        return [
            f"sorted: the file is in order of {plan.target}, so rows are shuffled for the split"
        ]
    what = f"drift: {words.human(plan.target)} changes along the file"
    when = "its rows are in order of time"
    if name := few_moments(plan):
        what, when = f"{what}, which is in order of {name}", "the model is for later rows"
    return [f'{what}; if {when}, set split.kind = "time", split.by = "row"']
