"""How people write and say numbers, and the words around a number that say what it is."""

from __future__ import annotations

import re

MULTIPLES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9}
FRACTIONS = {
    "half": 2, "halve": 2, "halved": 2, "halving": 2, "third": 3, "quarter": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10,
}  # fmt: skip
SECONDS = {
    name: size
    for names, size in (("s sec secs second seconds", 1), ("min mins minute minutes", 60),
                        ("h hr hrs hour hours", 3600), ("day days", 86400))
    for name in names.split()
}  # fmt: skip
DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "year": 365.25}

LITERAL = r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?(?!\d)|\d+[.,]\d+|[.]\d+|\d+"
NUMBER = re.compile(
    rf"(?P<money>[$€£]\s?)?(?P<minus>(?<![\w.])-)?(?<![a-z\d])(?P<digits>{LITERAL})"
    r"(?P<half>\s?(?:1/2|and a half))?(?:\s?(?P<multiple>k|m|mn|bn|thousand|million)\b)?"
    r"(?P<percent>\s?(?:%|percent\b|per ?cent\b|pct\b))?"
)
FRACTION = re.compile(
    r"(?P<count>(?<![\d.,])\b(?:a|an|one|\d+)[ -])?(?P<name>half|halves|halved|halving|"
    r"thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|tenths?)\b"
    r"(?! (?:(?:a )?(?:second|later)|hours\b))"
)
OUT_OF = re.compile(
    r"(?<![\d.,])(\d+),?(?:(?: times| cases)? (?:in|out of|of|per)(?: the| every| all)? |\s?/\s?)"
    r"(\d{1,3}(?:,\d{3})+|\d+(?: (?:thousand|million))?)\b(?!\s?%)"
)
DECADE = re.compile(r"\b(low|mid|high|upper|lower)?[ -]?(\d0|twent|thirt|fort|fift|sixt|sevent|"
                    r"eight|ninet)(?:'?s|ies|[ -]odd)\b")  # fmt: skip
DECADES = dict(zip("twent thirt fort fift sixt sevent eight ninet".split(), range(20, 100, 10),
                   strict=True))  # fmt: skip

# Numbers that are part of a name or of a set-up, and no statement about a result.
NAMES = re.compile(
    r"""
    \b[a-z_]+@\s?\d+ | \btop[ -]?\d+\b
    | \b(?:first|best|worst)\ (?:10|20|50|100|200|500|1,?000)\b(?![%,.]|\ (?:percent|thousand))
    | \b(?:k|n|c|alpha|lambda|depth|max_depth|seed|random_state|n_estimators|n_splits|cv|lr|epochs)
      \s?=\s?\d+(?:\.\d+)?
    | \b\d+(?:\.\d+)?\s?(?:%|percent|per\ ?cent)(?=[ ](?:confidence|prediction|bootstrap|conformal|
      credible)?\s?(?:intervals?|ci\b|bands?|level|confiden))(?!\ interval\ holds)
    | \b\d+[ -](?:fold|folds|nearest|neighbou?rs|seeds)\b | \b\d\d/\d\d\b
    | \bat\ (?:10|5|20)\b(?!\s?[%.p\d])
    | \b\d+\ (?:out\ )?of\ (?:the\ )?\d+\ (?:folds|features|models|seeds|runs|columns|groups)\b
    | \b(?:step|fold|version|section|chapter|figure|table|week|seed|number)\ \d+\b
    | \b(?:depth|rate|alpha|lambda|penalty|window|batch(?:\ size)?|degree|python|leaves|horizon|lag
      |order|level|confidence)(?:\ of|\ is|\ was|:|\ =)?\ \d+(?:\.\d+)?(?!\d)
    | \b(?:19|20)\d\d(?=-\d\d) | \b(?:19|20)\d\d\ ?(?:to|until|till|-)\ ?(?:19|20)\d\d\b
    | \b(?:in|of|since|until|january|february|march|april|may|june|july
      |august|september|october|november|december)\ (?:19|20)\d\d\b
    | \b(?:\d+\ (?:and|to)\ )?\d+
      (?:\ ?(?:am|pm|o'clock)\b|\ in\ the\ (?:morning|evening|afternoon))
    | \b\d+\ times\ (?:as|more|the)\b
    """,
    re.VERBOSE,
)
HEDGE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|circa|some|ca\.?|~|maybe|perhaps|nearly|almost|"
    r"just (?:under|over|above|below)|close to|something like|more or less|a (?:bit|little) "
    r"(?:less|more|over|under|above|below)(?: than)?|(?:slightly|somewhat|little|bit) "
    r"(?:less|more|over|under|above|below)(?: than)?)\s(?:a |an |the |of )?[$€£]?$"
)
SIDE = re.compile(  # a hedge that says on which side of the number
    r"(?:just|a (?:bit|little)|slightly|somewhat|little|bit|well) "
    r"(?:(?P<more>more|over|above)|(?P<less>less|under|below|short of))(?: than)?\s"
    r"(?:a |an |the )?[$€£]?$|(?P<nearly>nearly|almost|not quite)\s(?:a |an )?[$€£]?$"
)
LATER_HEDGE = re.compile(
    r"^\W{0,2}(?:\w+\W+){0,2}(?:or so|more or less|give or take|roughly|approximately|ish\b|"
    r"and a bit|and something|or thereabouts)|^-?ish\b"
)
BOUND = re.compile(
    r"(?:(?P<less>less than|under|below|fewer than|at most|up to|no more than|lower than)|"
    r"(?P<more>more than|over|above|at least|higher than|no less than))\s(?:a |the )?[$€£]?$"
)
SPREAD = re.compile(r"(?:\+ ?/ ?-|±|plus or minus|plus minus|give or take)\s*[$€£]?$")
ASIDE = re.compile(
    r"(?:\bthan|\bversus|\bvs\.?|\bagainst|compared (?:with|to)|instead of|rather than|\bunlike|"
    r"down from|up from|\bfrom|\bover)\s(?:just |only |the |a |about |around |its |our )*[$€£]?$"
)
DENIED = re.compile(
    r"(?:\bnot|n't be|n't|isn't|wasn't|\bnor)\s(?:the |a |about |just |at |by |on )*[$€£]?$"
)
RELATIVE = re.compile(
    r"^\s?(?:rentals |points |of the error )?(?:better|worse|lower|higher|less|more|fewer|smaller|"
    r"below|above|improvement|reduction|gain|beyond)\b"
)
GAP = re.compile(r"\b(?:gap|difference|margin|lead) of (?:about |around |roughly )*$")
MONEY = re.compile(r"[$€£]|\b(?:euros?|dollars?|pounds?)\b")


FORMER = re.compile(
    r"^\W*(?:\w+ )?(?:at first|initially|originally|in the beginning|at the start)\b"
)
BY = re.compile(r"\bby (?:about |a |some |around )*$")
MOMENT = re.compile(
    r"(?:^|\b(?:is|by|about|around|almost|nearly|over|under|than|roughly|like|say) )an? "
    r"(?=(?:hour|minute|second|day)\b)"
)


RATE = re.compile(
    r"\s?(?:[a-z]+ )?(?:in|every|per|within|over) (\d+) (hour|day|week|month|year)s?\b"
)
EVERY = re.compile(r"\bevery (second|other|third|fourth|fifth|tenth)(?= [a-z])")
METRIC = re.compile(
    r"\b(pr[ -]?auc|average precision|precision|recall|accuracy|f1|r2|roc[ -]?auc|auc|mae|"
    r"rmse|mape|mse|log ?loss|brier|ndcg|"
    r"hit rate|coverage|bias|training error|train error|error|deviation|score)(?: score)?"
    r"(?:\s?[:=]| is| was| of| at| came out at)?\s(?:about |around |only )*$"
)
