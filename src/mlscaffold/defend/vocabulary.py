"""The words by which people tell directions, families of models and kinds of splits."""

from __future__ import annotations

# What tells the directions: option -> words. Each is negated by a negation before it in the clause.
CUES: dict[str, dict[str, str]] = {
    "more_data": {
        "yes": r"help\w*|improv\w*|slope|still (?:\w+ )?(?:fall|drop|go|decreas|ris|climb)\w*"
        r"|(?:fall|dropp|decreas|ris|climb|clos)ing|going (?:down|up)|bring\w*|gain\w*|better"
        r"|worth (?:it|the)|change anything|more (?:rows|data) (?:would|will|is|are)\b(?! not)"
        r"|do it|benefit\w*|useful|pays?|makes? (?:a|any) difference",
        "no": r"flat\w*|horizontal|plateau\w*|saturat\w*|level+(?:ed|ing|s)?[ -]?(?:off|out)"
        r"|converged|enough (?:data|rows)|asymptot\w*|stagnat\w*|reached (?:its|the) limit"
        r"|stopped (?:fall|improv)\w*",
    },
    "bias_variance": {
        "bias": r"(?:high )?bias\w*|under-?fit\w*|too simple|not flexible|too rigid"
        r"|both (?:\w+ )*(?:high|bad)",
        "variance": r"varian\w*|over-?fit\w*|memori[sz]\w*|too (?:flexible|complex)"
        r"|(?:big|large|huge|wide|clear) gap|gap is (?:big|large|huge|wide)|far below"
        r"|much (?:lower|better) (?:on|in) train\w*|learn\w* by heart",
        "balanced": r"balanced|neither|both are fine|a good fit|sweet spot",
    },
    "yes_no": {
        "yes": r"yes|meet\w*|reach\w*|met|achiev\w*|exceed\w*|beat\w*|made it|easily|surpass\w*"
        r"|hit it|kept|adopted",
        "no": r"missed|(?:fell|falls?|came|fall) short|fail\w*|short of|not quite|below the goal|no"
        r"|dropped|rejected",
    },
    "too_high": {
        "high": r"high|above|over-?(?:estimat|predict|shoot|shot)\w*|optimistic",
        "low": r"low|below|under-?(?:estimat|predict|shoot|shot)\w*|pessimistic",
    },
    "clear": {
        "yes": r"clear\w*|significan\w*|(?:leaves?|left) out (?:0|zero)|exclud\w* (?:0|zero)"
        r"|(?:0|zero) (?:lies |is )?(?:\w+ )?outside|every fold|all (?:the |\d+ )?folds|hands down"
        r"|distinguishabl\w*|reliabl\w*|certain\w*|real difference|tell (?:them|the two) apart"
        r"|does not (?:include|contain|cover) (?:0|zero)|consistent\w*",
        "no": r"luck\w*|chance|noise|ties?|tied|coinciden\w*|indistinguishabl\w*|within"
        r"|(?:0|zero) (?:is |lies )?(?:inside|within|in)"
        r"|(?:includ|contain|cover|cross|straddl)\w* (?:0|zero)|overlap\w*|the same|random\w*",
    },
}
# Errors that are close together rule variance out, and say no more than that.
CLOSE = (
    r"(?:about|almost|nearly|practically) (?:the same|equal)|(?:small|tiny|no|narrow) gap"
    r"|gap is (?:tiny|small|narrow)|close together|close to each other"
)
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
    "elliptic_envelope": ("elliptic", "envelope", "mahalanobis"),
    "als": ("als", "alternating", "matrix factor"),
    "ease": ("ease",),
    "popular_lately": ("popular lately", "popularity lately", "recently popular"),
    "popular_ever": ("popular ever", "most popular overall"),
    "network": ("neural", "mlp", "deep net", "network"),
    "svm": ("svm", "support vector", "svr", "svc"),
    "tree": ("decision tree", "single tree"),
    "time": ("chronolog", "in order", "by time", "by date", "in time", "later rows", "future",
             "the last", "most recent", "newest", "order in time", "time-based", "time based",
             "temporal"),
    "random": ("random", "shuffl"),
    "stratified": ("stratif", "same share"),
    "group": ("by group", "groupkfold", "per customer", "per patient"),
}  # fmt: skip
# Families that people name although the ladder has none of them.
FAMILIES = ("network", "svm", "boosting", "forest", "lasso", "ridge", "linear", "logistic", "tree")
