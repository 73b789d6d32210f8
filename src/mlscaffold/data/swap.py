"""Puts other data into a project: what the person wrote of columns that are left stays."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.toml_document import TOMLDocument

from ..errors import MlscaffoldError
from ..git import git
from ..interrupts import too_late_to_stop
from ..placement import turn
from ..project import Project, open_project, read_record
from .own import OwnData, Wish, look, settle
from .plan import Choice, Plan

FILE = "project.toml"
AS_BEFORE = "that of this project"
LISTS = ("numeric", "categorical", "date", "text", "id", "types")
PART = re.compile(r"\.(hour|weekday|month)$")  # of a date, after its name
TABLES = ("circle", "labels", "categories", "drop")
ABOUT_DATA = (
    "licence",
    "licence_url",
    "citation",
    "homepage",
)  # asked of the person, not of the file


@dataclass
class Swap:
    """What a swap does to project.toml."""

    project: Project
    own: OwnData
    before: str
    after: str
    notes: list[str] = field(default_factory=list)

    @property
    def diff(self) -> Iterator[str]:
        """The lines that differ."""
        before, after = self.before.splitlines(), self.after.splitlines()
        return difflib.unified_diff(before, after, FILE, FILE, lineterm="")

    def write(self) -> list[Path]:
        """Write project.toml and put the file in its place; return what lay there, and is kept."""
        folder = self.project.path
        with turn(self.project.top), self.own.ready(folder, self.after) as waiting:
            if (folder / FILE).read_text("utf-8") != self.before:
                raise MlscaffoldError(f"`{FILE}` changed meanwhile, so nothing was", "run it again")
            with too_late_to_stop():
                return settle(waiting)


def plan_swap(wish: Wish, start: Path) -> Swap:
    """Return what the swap would do to the project that `start` lies in."""
    project = open_project(start)
    path = project.path / FILE
    if not path.is_file():
        raise MlscaffoldError(
            f"there is no `{path}`", f"`git checkout HEAD -- {FILE}` brings it back"
        )
    if git("status", "--porcelain", "--", FILE, cwd=project.path):
        raise MlscaffoldError(
            f"`{FILE}` has uncommitted changes", f'`git commit -m "Settings" {FILE}` keeps them'
        )
    before, old = read_settings(path)
    kind = str(read_record(project.path).answers["project_type"])
    target = wish.target or old_target(old, wish)
    own = look(Wish(wish.given, kind, target, wish.join, wish.on, wish.copy, wish.ask))
    own.plan.why = AS_BEFORE
    notes: list[str] = []
    keep_roles(own.plan, old, notes)
    settings = merged(old, own.settings(), own.plan, notes)
    say_kept(own.plan, settings)
    return Swap(project, own, before, tomlkit.dumps(settings), notes)


def say_kept(plan: Plan, settings: TOMLDocument) -> None:
    """Let a plan name the split, metric and rule of thumb that the project keeps."""
    kept = settings.unwrap()
    split, metric = kept.get("split", {}), kept.get("metric", {}).get("name", "")
    if split.get("kind", plan.split.value) != plan.split.value:
        plan.split = Choice(str(split["kind"]), AS_BEFORE, str(split.get("by", "")))
    if metric and metric != plan.metric.value:
        plan.metric = Choice(str(metric), AS_BEFORE)
    plan.rule = [*kept.get("rule_of_thumb", {}).get("by", plan.rule)]


def read_settings(path: Path) -> tuple[str, TOMLDocument]:
    """Return the text and the content of a project.toml; refuse one that is damaged."""
    try:
        text = path.read_text("utf-8")
        found = tomlkit.parse(text)
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise MlscaffoldError(
            f"`{path}` is not valid TOML: {error}", "correct that line"
        ) from error
    columns = found.get("columns", {})
    wrong = [name for name, table in found.items() if not isinstance(table, dict)]
    if isinstance(columns, dict):
        lists = [f"columns.{key}" for key in LISTS if not isinstance(columns.get(key, []), list)]
        tables = [f"columns.{key}" for key in TABLES if not isinstance(columns.get(key, {}), dict)]
        wrong += [*lists, *tables]
    if wrong:
        raise MlscaffoldError(
            f"`{path}`: {wrong[0]} is of the wrong kind",
            "`mlscaffold schema project` says what belongs there",
        )
    return text, found


def old_target(old: TOMLDocument, wish: Wish) -> str | None:
    """Return the target so far, if the new file has it."""
    from .sources import find

    name = str(old.get("columns", {}).get("target", ""))
    return name if name and name in find(wish.given, wish.join, wish.on).table.names else None


def keep_roles(plan: Plan, old: TOMLDocument, notes: list[str]) -> None:
    """Give columns that are still there the roles that the person gave them, if these still fit."""
    columns = old.get("columns", {})
    for kind in (*LISTS, "drop"):
        for name in columns.get(kind, ()):
            role = plan.roles.get(str(name))
            if role is None or role.role in {kind, "target"}:
                continue
            column = next((each for each in plan.columns if each.name == name), None)
            if column and kind == "numeric" and not column.numeric:
                notes.append(f"{name} no longer holds numbers: it is {role.role} now")
            elif column and kind == "date" and not column.written:
                notes.append(f"{name} no longer holds dates: it is {role.role} now")
            else:
                reason = str(columns["drop"][name]) if kind == "drop" else "as before"
                role.becomes(kind, reason, "", 1.0)


def merged(old: TOMLDocument, new: TOMLDocument, plan: Plan, notes: list[str]) -> TOMLDocument:
    """Return the old document with the data of the new one, and without what is gone."""
    known = {*plan.roles}
    asked = {key: old["data"][key] for key in ABOUT_DATA if key in old.get("data", {})}
    source = old.get("data", {}).get("source")
    same = source == plan.data["source"]
    old["data"] = new["data"]
    if same:
        for key, value in asked.items():
            old["data"][key] = value
    elif asked:
        notes.append(
            f"dropped: {', '.join(f'data.{key}' for key in asked)}, which was said of the old file"
        )
    if "columns" in old and "columns" in new:
        merge_columns(old["columns"], new["columns"], known, notes)
    for table, key in (("rule_of_thumb", "by"),):
        asked = old.get(table, {}).get(key, [])
        if gone := [name for name in asked if not {name, PART.sub("", name)} & known]:
            notes.append(f"replaced: [{table}], which looked up {', '.join(gone)}")
            old[table] = new[table]
    by = old.get("split", {}).get("by", "")
    group = old.get("split", {}).get("group", "")
    if (by and by not in {*known, "row", "file"}) or (group and group not in known):
        notes.append(f"replaced: [split], which was by {by}{f' and {group}' if group else ''}")
        old["split"] = new["split"]
    merge_items(old, new, source, notes)
    if "classes" in old and "classes" in new:
        merge_classes(old, new, notes)
    if "known_at_prediction" in old and "known_at_prediction" in new:
        answers, features = old["known_at_prediction"], new["known_at_prediction"]
        for name in [name for name in answers if name not in features]:
            del answers[name]
        for name in [name for name in features if name not in answers]:
            answers.add(name, "")
    return old


def merge_items(old: TOMLDocument, new: TOMLDocument, source: Any, notes: list[str]) -> None:
    """Take the titles of items from the new file where they came from the old one."""
    if old.get("items", {}).get("source") != source:
        return
    if "items" in new:
        old["items"] = new["items"]
    elif "items" in old:
        notes.append("dropped: [items], as the file has no titles")
        del old["items"]


def merge_columns(old: Any, new: Any, known: set[str], notes: list[str]) -> None:
    """Remove columns that are gone from all lists and tables; add new ones where they belong."""
    merge_target(old, new, notes)
    gone = []
    for key in (*LISTS, "slices"):
        for name in [name for name in old.get(key, []) if name not in known - {old.get("target")}]:
            old[key].remove(name)
            gone.append(f"{key}: {name}")
    for key in TABLES:
        for name in [each for each in old.get(key, {}) if not {each, PART.sub("", each)} & known]:
            del old[key][name]
            gone.append(f"{key}: {name}")
    if gone:
        notes.append(f"dropped, the file has no such columns: {', '.join(gone)}")
    for key in LISTS:
        merge_list(old, new, key, notes)
    for key in ("user", "item", "rating", "time", "time_format"):
        replace(old, new, key)
    merge_drop(old, new, notes)


def merge_target(old: Any, new: Any, notes: list[str]) -> None:
    """Take the new target where it is another one; a limit that no longer holds goes."""
    if old.get("target") != new.get("target"):
        notes.append(f"target: {new.get('target')} in place of {old.get('target')}")
        notes.append("[project] still asks the old question: put title, question and goal right")
        for key in ("target", "unit", "least"):
            replace(old, new, key)
    elif "least" in old and "least" not in new:
        notes.append("dropped: columns.least, as the file has values below it")
        del old["least"]


def merge_list(old: Any, new: Any, key: str, notes: list[str]) -> None:
    """Make a list of columns hold what the new one holds; what stays keeps its comment."""
    wanted = list(new.get(key, []))
    if key == "types" or wanted == list(old.get(key, [])):
        return
    for name in [name for name in old.get(key, []) if name not in wanted]:
        old[key].remove(name)
    if added := [name for name in wanted if name not in old.get(key, [])]:
        notes.append(f"new in {key}: {', '.join(added)}")
        if key in old:
            old[key].extend(added)
        else:
            old.add(key, new[key])
    if key in old and not old[key]:
        del old[key]


def merge_drop(old: Any, new: Any, notes: list[str]) -> None:
    """Leave out what the new file brings and nobody can use, with the reason."""
    placed = {str(name) for each in LISTS for name in old.get(each, [])}
    for name, reason in new.get("drop", {}).items():
        if name not in old.get("drop", {}) and name not in placed:
            old.setdefault("drop", tomlkit.table())[name] = reason
            notes.append(f"left out: {name} ({reason})")
    for name in [name for name in old.get("drop", {}) if name in placed]:
        del old["drop"][name]


def replace(old: Any, new: Any, key: str) -> None:
    """Take a value from the new table where the two differ."""
    if old.get(key) != new.get(key):
        if key in new:
            old[key] = new[key]
        else:
            del old[key]


def merge_classes(old: TOMLDocument, new: TOMLDocument, notes: list[str]) -> None:
    """Keep the names of classes, add new ones; with other classes the costs are others, too."""
    was, now = old["classes"], new["classes"]
    if not {*was} & {*now}:
        old["classes"], old["costs"], old["metric"] = now, new["costs"], new["metric"]
        notes.append("replaced: [classes], [costs] and [metric], for another target")
        return
    for said in [said for said in now if said not in was]:
        was[said] = now[said]
        notes.append(f"new class: {said}; say under [costs] what it costs to miss it")


def refresh(folder: Path) -> dict[str, Any]:
    """Return what must be named to make the data again by the recipe of the project."""
    recipe = read_settings(folder / FILE)[1].get("data", {}).get("made_from", {})
    names = [str(each["file"]) for each in recipe.get("sources", [])]
    if not names:
        raise MlscaffoldError(
            "[data.made_from] names no source to make the data from", "name a FILE"
        )
    places = [folder / "data" / "sources" / name for name in names]
    if absent := [place for place in places if not place.exists()]:
        raise MlscaffoldError(f"there is no `{absent[0]}`", "put the source there, or name a FILE")
    if "join" in recipe:
        other = next(place for place in reversed(places) if place.name == recipe["join"])
        return {"given": str(places[0]), "join": str(other), "on": str(recipe["on"])}
    if len(places) > 1:
        pattern = "*/*" if any("/" in name for name in names) else "*"
        return {"given": str(folder / "data" / "sources" / pattern)}
    return {"given": str(places[0])}
