"""What the bank may ask about: results, project.toml, files and history, under plain names."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from ..check.findings import significant
from ..check.repository import LEARNING, Repository, Source
from ..git import GitError, git
from .code_facts import read_code

Facts = dict[str, Any]
Entry = dict[str, Any]
OTHER_SPLITS = {  # with folds, and without
    "time": ("folds in time order", "a split in time order"),
    "in_order": ("folds in the order of the file", "a split in the order of the file"),
    "shuffled": ("shuffled folds", "a random split"),
    "random": ("shuffled folds", "a random split"),
}
SPLITS = {
    "time": "in time order",
    "random": "at random",
    "stratified": "at random within each class",
    "group": "by group",
}
RULES = {  # of choosing a detector, which the results name by one word
    "prior": "the model fixed beforehand, because there are too few labelled cases to choose by",
    "labels": "the simplest model that is not clearly worse than the best one",
}
OFFERED = 6  # groups to choose from: more of them nobody reads
NEAR = 0.02  # of the value: two groups this close are as bad as each other


def gather(repository: Repository) -> Facts:
    """Return all that is known of a repository; what is not known is absent."""
    results = repository.results
    dumped = results.model_dump() if results else {}
    facts: Facts = {
        name: dumped.get(name) or {}
        for name in ("train", "diagnose", "evaluate", "product", "studies")
    }
    facts["project"] = repository.project
    facts["git"] = read_history(repository)
    facts["errors"] = read_errors(repository)
    facts["parts"] = [
        name
        for name in ("serve", "predict", "monitor")
        if any(path.endswith(f"product/{name}.py") for path in repository.own)
    ]
    facts["function"] = pick_function(repository)
    if not results:
        return facts | {"code": read_code(repository)}
    facts |= describe_training(facts)
    return facts | describe_diagnosis(facts) | describe_test(facts)


def describe_training(facts: Facts) -> Facts:
    """Return the ladder, the chosen rung, what came near, and what the audit says."""
    train = facts["train"]
    labels = facts["project"].get("columns", {}).get("labels", {})
    ladder: list[Entry] = [
        {**rung, "value": rung["score"]}
        for rung in train["ladder"]
        if rung.get("score") is not None
    ]
    sign = 1 if train["metric"]["direction"] == "lower" else -1
    models = sorted(
        (rung for rung in ladder if rung["role"] == "model"), key=lambda rung: sign * rung["score"]
    )
    by_name = {rung["name"]: rung for rung in ladder}
    choice = train["choice"]
    rules = [rule for rule in train["data"]["cleaning"] if rule["rows"]]
    missing = sorted(train["data"]["missing"].items(), key=lambda pair: -pair[1])
    alone = (train.get("leakage") or {}).get("alone") or {}
    strength = sorted(((name, value) for name, value in alone.items() if value is not None),
                      key=lambda pair: -pair[1])  # fmt: skip
    runs = [
        facts[step].get("run", {}).get("seconds", 0) for step in ("train", "diagnose", "evaluate")
    ]
    return {
        "ladder": ladder,
        "models": models,
        "chosen": by_name.get(choice["chosen"], {}),
        "best": by_name.get(choice["best"], {}),
        "worst_rung": models[-1] if len(models) > 2 else {},
        "refused": next((rung for rung in train["ladder"] if rung.get("refused")), {}),
        "runner": find_runner(choice, by_name, sign),
        "rule_words": RULES.get(choice["rule"], choice["rule"]),
        "split_words": describe_split(train["split"], labels),
        "labels": labels,
        "cleaned": max(rules, key=lambda rule: int(rule["rows"]), default={}),
        "gaps": [entry(name, labels, rows=rows) for name, rows in missing if rows],
        "alone": [entry(name, labels, value=value) for name, value in strength],
        "features": len(alone),
        "seconds": sum(runs),
        "scored_on": name_place(train),
        "learning_noun": "users" if is_ranking(train) else "rows",
    }


def name_place(train: Entry) -> str:
    """Return where models were compared: on folds, or on what was kept aside for that."""
    if any(len(rung.get("folds") or []) > 1 for rung in train["ladder"]):
        return "on the folds"
    return f"on the validation {'users' if is_ranking(train) else 'rows'}"


def is_ranking(train: Entry) -> bool:
    """Tell whether what is scored are lists of users."""
    ranks = train["metric"]["name"] in {"ndcg", "hit_rate", "recall"}
    return ranks and "users" in train["data"]


def describe_split(split: Entry, labels: Mapping[str, str]) -> str:
    """Return how rows were divided, in words."""
    by = split.get("by") or ""
    words = SPLITS.get(split["kind"], str(split["kind"]))
    return f"{words}, by `{labels.get(by, by)}`" if by and split["kind"] != "group" else words


def find_runner(choice: Entry, by_name: Mapping[str, Entry], sign: int) -> Entry:
    """Return the rung beside the best one that is most worth asking about, with its comparison."""
    models = [
        each for each in choice["comparisons"]
        if each["low"] is not None and by_name.get(each["model"], {}).get("role") == "model"
    ]  # fmt: skip
    chosen = [each for each in models if each["model"] == choice["chosen"]]
    nearest = chosen or sorted(models, key=lambda each: abs(each["difference"]))
    if not nearest or nearest[0]["against"] not in by_name:
        return {}
    found = nearest[0]
    ends = sorted(sign * found[end] for end in ("low", "high"))
    ahead = {"ahead": sign * found["difference"], "ahead_low": ends[0], "ahead_high": ends[1]}
    return {**by_name[found["model"]], "comparison": found, **ahead}


def describe_diagnosis(facts: Facts) -> Facts:
    """Return importance, the worth of more data, and what another split would have promised."""
    diagnose, found = facts["diagnose"], Facts()
    if not diagnose:
        return found
    found["importance"] = [
        {**each, "name": each["feature"], "value": each["mean"], "spread": each.get("sd") or 0}
        for each in sorted(diagnose.get("importance") or [], key=lambda each: -each["mean"])
    ]
    learning = (diagnose.get("curves") or {}).get("learning") or {}
    now = (diagnose.get("bias_variance") or {}).get("validation")
    found["gain"] = describe_gain(learning.get("gain_from_twice") or {}, now)
    for name, split in (diagnose.get("split_comparison") or {}).items():
        if name != "honest" and split.get("score") is not None:
            words = OTHER_SPLITS.get(name) or OTHER_SPLITS.get(split.get("kind", ""))
            own = words[facts["scored_on"] != "on the folds"] if words else f"a split by {name}"
            found["other_split"] = {**split, "words": own}
    return found


def describe_gain(gain: Entry, now: float | None) -> Entry:
    """Return the gain from twice the rows with the way it points: yes, no, or in between.

    Under 1% of the score it is no gain; from 2% on, and surely above nothing, it is one.
    """
    if gain.get("estimate") is None or not now:
        return {}
    share = gain["estimate"] / abs(now)
    sure = (gain.get("low") or 0) > 0
    way = "no" if share < 0.01 else "yes" if share >= 0.02 and sure else "a little, perhaps"
    return {**gain, "way": way}


def describe_test(facts: Facts) -> Facts:
    """Return the groups of test rows, worst first, and the tenth with the largest bias."""
    evaluate, metric = facts["evaluate"], facts["train"]["metric"]
    found: Facts = {"test_noun": "users" if is_ranking(facts["train"]) else "rows"}
    if not evaluate:
        return found
    sign = 1 if metric["direction"] == "lower" else -1
    groups = [each for each in evaluate.get("slices") or [] if each.get("score") is not None]
    ranked: dict[str, Entry] = {}
    for each in sorted(groups, key=lambda each: -sign * each["score"]):
        label = name_group(each, is_ranking(facts["train"]))
        ranked.setdefault(label, {**each, "label": label, "value": each["score"]})
    found["slices"] = list(ranked.values())
    found["as_bad"] = as_bad(found["slices"], sign)
    found["offered"] = offer(list(ranked))
    tenths = (evaluate.get("test") or {}).get("tenths") or []
    if isinstance(tenths, list) and len(tenths) > 2:
        place = max(range(len(tenths)), key=lambda each: abs(tenths[each].get("mean_error") or 0))
        ordinals = "lowest second third fourth fifth sixth seventh eighth ninth highest".split()
        words = ordinals[place] if len(tenths) == 10 else f"{place + 1}th"
        found["tenth"] = {**tenths[place], "words": words}
    return found


def as_bad(slices: list[Entry], sign: int) -> list[str]:
    """Return the groups that may be called the worst, too: nearly as bad, or more surely bad.

    A report may name the group whose interval is bad even at its better end.
    """
    end = "low" if sign > 0 else "high"
    sure = [each for each in slices if each.get(end) is not None]
    surest = max(sure, key=lambda each: float(sign * each[end]), default=None)
    found = near(slices) if slices else []
    return [*found, surest["name"]] if surest else found


def offer(labels: list[str]) -> list[str]:
    """Return the worst group among others to choose from, in no telling order."""
    half = OFFERED // 2
    kept = labels if len(labels) <= OFFERED else [*labels[:half], *labels[-half:]]
    return sorted(kept)


def name_group(group: Entry, ranking: bool = False) -> str:
    """Return the name of a group in words; one that is only a number gets that of its column."""
    name = str(group["name"])
    if not re.search(r"[a-z]{3}", name):
        column = re.match(r"`?(\w+)`?", group.get("where") or "")
        name = f"{column[1]} {name}" if column else name
    if ranking and name[:1].isdigit():
        return f"users with {name} interactions"
    told = re.sub(
        r" is (?=above |below |at most |at least |between |under |over )", " ", name, count=1
    )
    return told if told != name else re.sub(r"^([^:]+?) is ", r"\1: ", name, count=1)


def entry(name: str, labels: Mapping[str, str], **values: Any) -> Entry:
    """Return what the bank needs of a column."""
    return {"name": name, "label": labels.get(name, name), **values}


def names(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return what each of the entries is called."""
    return {each["name"]: tuple(dict.fromkeys((each["label"], each["name"]))) for each in entries}


def near(entries: list[Entry], share: float = NEAR) -> list[str]:
    """Return the names of entries that are practically level with the first one."""
    first = entries[0]
    slack = max(first.get("spread", 0) / 2, share * abs(first["value"]))
    return [each["name"] for each in entries[1:] if abs(each["value"] - first["value"]) <= slack]


def read_history(repository: Repository) -> Entry:
    """Return how many commits there are since when, and how many study files changed later."""
    try:
        commits = git("log", "--format=%as %H", "--", ".", cwd=repository.root).splitlines()
        root = git("rev-list", "--max-parents=0", "HEAD", cwd=repository.root).splitlines()[-1]
        since, first = commits[-1].split()
        inside = git("rev-parse", "--show-prefix", cwd=repository.root).strip()
        kept = ("--relative", "--diff-filter=d")  # below this folder, and still there
        inner = any(path.startswith("src/") for path in repository.own)
        code = ("src",) if inner else ("*.py", "*.ipynb")
        span = (first, "HEAD", "--", *code)
        changed = git("diff", "--name-only", *kept, *span, cwd=repository.root)
    except (GitError, IndexError):
        return {}
    root += f"-{hashlib.sha256(inside.encode()).hexdigest()[:12]}" if inside else ""
    own = [path for path in changed.splitlines() if "/kit/" not in path and "/product/" not in path]
    return {"commits": len(commits), "since": since, "own": len(own), "root": root}


def read_errors(repository: Repository) -> Entry:
    """Return how many of the worst rows are listed, and how many have a note."""
    text = (
        repository.text("reports/errors.csv") if "reports/errors.csv" in repository.files else None
    )
    if not text:
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        return {}
    return {"rows": len(rows), "notes": sum(bool((row.get("note") or "").strip()) for row in rows)}


def pick_function(repository: Repository) -> Entry:
    """Return the function of the study that an interviewer would open: a long one."""
    found: list[tuple[int, Entry]] = []
    for source in repository.sources:
        folders = set(source.path.split("/"))
        if source.path.endswith(".py") and not folders & {"tests", "kit", "product"}:
            found += list(functions_in(source))
    return max(found, key=lambda pair: pair[0])[1] if found else {}


def functions_in(source: Source) -> Iterator[tuple[int, Entry]]:
    """Yield the longer functions of a module; those with a docstring count for more."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef) and node.name != "main":
            length, doc = (node.end_lineno or node.lineno) - node.lineno, ast.get_docstring(node)
            if length > 5:
                known = {"name": node.name, "path": source.path, "line": node.lineno}
                weight = length + 100 * bool(doc) + 1000 * bool(LEARNING.search(source.text))
                said = " ".join((doc or "it has no docstring").split("\n\n")[0].split())
                yield weight, {**known, "doc": said}


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def rounded(value: Any) -> str:
    """Return a number with the digits that people say."""
    if not is_number(value) or not math.isfinite(value):
        return "not measured"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return significant(value) if abs(value) < 100 else f"{value:.1f}"
