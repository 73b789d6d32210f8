"""Python is merged by definition, and only where nothing is in doubt."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from mlscaffold.definitions import defined_twice, find_formatter, merge

BASE = '''\
"""What it does."""

from __future__ import annotations

import json
from pathlib import Path

from .metric import Vector, score

LIMIT = 3


def read(path: Path) -> dict[str, float]:
    """Read it."""
    with path.open() as file:
        return json.load(file)


# How good each rung is.
@score
def judge(values: Vector) -> float:
    # The mean, since the median moved by one case.
    total = sum(values)
    return total / len(values)


class Ladder:
    """The rungs."""

    rungs: int = 3

    def fit(self, values: Vector) -> Ladder:
        self.mean = judge(values)
        return self

    def predict(self) -> float:
        return self.mean


if __name__ == "__main__":
    print(read(Path("x")))
'''
MINE = "def mine() -> int:\n    return 1\n"
THEIRS = "def theirs() -> int:\n    return 2\n"


def edit(*changes: tuple[str, str], text: str = BASE) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def before_main(new: str) -> tuple[str, str]:
    return "if __name__", f"{new}\n\nif __name__"


def test_functions_added_at_the_same_place_are_both_kept() -> None:
    merged = merge(BASE, edit(before_main(MINE)), edit(before_main(THEIRS)))
    assert merged == edit(before_main(f"{THEIRS}\n\n{MINE}"))


def test_imports_added_at_the_same_place_are_both_kept_in_order() -> None:
    yours = edit(("import json\n", "import json\nimport os\n"), ("LIMIT = 3", "LIMIT = os.EX_OK"))
    theirs = edit(("import json\n", "import json\nimport math\n"))
    merged = merge(BASE, yours, theirs)
    assert merged == edit(
        ("import json\n", "import json\nimport math\nimport os\n"),
        ("LIMIT = 3", "LIMIT = os.EX_OK"),
    )


def test_names_added_to_one_import_are_both_imported() -> None:
    yours = edit(("import Vector, score", "import Vector, score, zero"))
    theirs = edit(("import Vector, score", "import Aim, Vector, score"))
    assert merge(BASE, yours, theirs) == edit(
        ("import Vector, score", "import Aim, Vector, score, zero")
    )


def test_import_that_gets_too_long_is_written_over_several_lines() -> None:
    names = [f"a_name_that_is_long_{number}" for number in range(3)]
    yours = edit(("Vector, score\n", f"Vector, {', '.join(names)}, score\n"))
    theirs = edit(("import Vector, score", "import Another, Vector, score"))
    merged = merge(BASE, yours, theirs)
    listed = "".join(f"    {name},\n" for name in sorted(["Another", "Vector"]) + names + ["score"])
    assert merged == edit(("import Vector, score", f"import (\n{listed})"))


def test_methods_and_fields_of_one_class_are_merged() -> None:
    yours = edit(("    rungs: int = 3\n", "    rungs: int = 3\n    mine: int = 1\n"))
    theirs = edit(
        ("    rungs: int = 3\n", "    rungs: int = 4\n"),
        (
            "        return self.mean\n",
            "        return self.mean\n\n    def theirs(self) -> None: ...\n",
        ),
    )
    merged = merge(BASE, yours, theirs)
    assert merged == edit(
        ("    rungs: int = 3\n", "    rungs: int = 4\n    mine: int = 1\n"),
        (
            "        return self.mean\n",
            "        return self.mean\n\n    def theirs(self) -> None: ...\n",
        ),
    )


def test_comment_and_decorator_stay_with_their_definition() -> None:
    moved = BASE[BASE.index("# How good") : BASE.index("class Ladder")]
    yours = BASE.replace(moved, "").replace("if __name__", f"{moved}if __name__")
    theirs = edit(("# How good each rung is.", "# How good each rung is, by the mean."))
    merged = merge(BASE, yours, theirs)
    assert merged is None or merged == yours.replace("rung is.", "rung is, by the mean.")


def test_two_edits_of_one_line_are_left_to_the_person() -> None:
    assert merge(BASE, edit(("LIMIT = 3", "LIMIT = 4")), edit(("LIMIT = 3", "LIMIT = 5"))) is None


@pytest.mark.parametrize(
    ("yours", "theirs"),
    [
        pytest.param(("LIMIT = 3\n", ""), ("LIMIT = 3", "LIMIT = 5"), id="deleted and edited"),
        pytest.param(("LIMIT = 3", "LIMIT = 3  # mine"), ("LIMIT = 3", "LIMIT = 5"), id="comment"),
        pytest.param(("def read", "def load"), ('"""Read it."""', '"""Load."""'), id="renamed"),
        pytest.param(("LIMIT = 3", "TOP = 3"), ("LIMIT = 3", "MOST = 3"), id="renamed by both"),
        pytest.param(
            ('print(read(Path("x")))', 'print(read(Path("y")))'),
            ('print(read(Path("x")))', 'print(read(Path("z")))'),
            id="statement in a block",
        ),
        pytest.param(before_main("MORE = 1\n"), before_main("MORE = 2\n"), id="same name added"),
        pytest.param(
            ("import json\n", "import json\nfrom a import own\n"),
            ("import json\n", "import json\nfrom b import own\n"),
            id="same name imported from two places",
        ),
        pytest.param(
            ("LIMIT = 3\n", ""),
            before_main("def more() -> int:\n    return LIMIT\n"),
            id="deleted here, used there",
        ),
        pytest.param(
            before_main("def more() -> float:\n    return judge([1])\n"),
            ("def judge(values: Vector)", "def judge(values: Vector, weights: Vector)"),
            id="called here, other arguments there",
        ),
        pytest.param(
            ("        self.mean = judge(values)\n", "        self.middle = judge(values)\n"),
            (
                "        return self.mean\n",
                "        return self.mean\n\n    def p(self):\n        return self.mean\n",
            ),
            id="attribute renamed",
        ),
        pytest.param(
            ("    rungs: int = 3\n", "    rungs: int = 3\n    mine: int = 1\n"),
            ("    rungs: int = 3\n", "    rungs: int = 3\n    theirs: int\n"),
            id="fields of one class, whose order counts",
        ),
        pytest.param(
            ("LIMIT = 3\n", "MORE = 3\n"),
            before_main("def more(x: LIMIT) -> None: ...\n"),
            id="renamed here, used in an annotation there",
        ),
        pytest.param(
            before_main("print(1)\n"), before_main("print(2)\n"), id="two statements without a name"
        ),
        pytest.param(("LIMIT = 3\n", "LIMIT = 3; MORE = 1\n"), before_main(MINE), id="semicolon"),
        pytest.param(("LIMIT = 3\n", "LIMIT = (\n"), before_main(MINE), id="not Python"),
    ],
)
def test_doubt_is_left_to_the_person(yours: tuple[str, str], theirs: tuple[str, str]) -> None:
    assert merge(BASE, edit(yours), edit(theirs)) is None
    assert merge(BASE, edit(theirs), edit(yours)) is None


def test_name_used_when_the_module_loads_comes_after_its_definition() -> None:
    yours = edit(("LIMIT = 3\n", "LIMIT = 3\nMORE = min(LIMIT, 2)\n"))
    moved = BASE.replace("LIMIT = 3\n", "").replace("if __name__", "LIMIT = 3\n\nif __name__")
    merged = merge(BASE, yours, moved)
    assert merged is None or merged.index("LIMIT = 3") < merged.index("MORE =")


def test_only_the_layout_of_one_side_is_no_change_where_a_formatter_is_at_hand() -> None:
    def tidy(text: str) -> str:
        return text.replace("( ", "(").replace(" )", ")")

    yours = edit(("sum(values)", "sum( values )"), before_main(MINE))
    theirs = edit(("sum(values)", "sum(values) + 1"))
    assert merge(BASE, yours, theirs) is None
    merged = merge(BASE, yours, theirs, formatter=tidy)
    assert merged == edit(("sum(values)", "sum(values) + 1"), before_main(MINE))


def test_formatter_that_fails_leaves_the_conflict(tmp_path: Path) -> None:
    ruff = tmp_path / ".venv" / "bin" / "ruff"
    ruff.parent.mkdir(parents=True)
    ruff.write_text("#!/bin/sh\nexit 1\n")
    ruff.chmod(0o755)
    yours, theirs = edit(("LIMIT = 3", "LIMIT=3")), edit(("LIMIT = 3", "LIMIT = 4"))
    assert merge(BASE, yours, theirs, formatter=find_formatter(tmp_path)) is None


def test_ruff_of_the_project_formats(tmp_path: Path) -> None:
    formatter = find_formatter(tmp_path)
    assert formatter is not None
    base = edit(("sum(values)", "sum(values), (0)[0]"))
    yours = edit(
        ("sum(values)", "(\n        sum(\n            values,\n        ),\n        (0)[0],\n    )")
    )
    theirs = edit(("sum(values)", "sum(values), (0)[0]"), ("len(values)", "(len(values) + 1)"))
    assert merge(base, yours, theirs, formatter=formatter) == theirs


def test_line_ends_of_the_learner_stay() -> None:
    yours, theirs = edit(before_main(MINE)), edit(before_main(THEIRS))
    merged, windows = merge(BASE, yours, theirs), merge(BASE, yours.replace("\n", "\r\n"), theirs)
    assert merged is not None
    assert windows == merged.replace("\n", "\r\n")


def test_names_defined_twice_are_found_in_modules_and_classes() -> None:
    text = """
        import a
        from b import a
        X = 1
        X = 2
        def f(): ...
        def f(): ...
        class C:
            def m(self): ...
            def m(self): ...
            @property
            def p(self): ...
            @p.setter
            def p(self, value): ...
        if a:
            Y = 1
        else:
            Y = 2
    """
    assert defined_twice(dedent(text)) == ["a", "X", "f", "C.m"]


# Random histories ------------------------------------------------------------------------------


def make_function(draw: random.Random, name: str) -> list[str]:
    decorator = draw.choice([[], ["@decorated"]])
    comment = draw.choice([[], [f"# about {name}"]])
    body = [f"    {name}_{number} = {draw.randrange(9)}" for number in range(draw.randint(1, 5))]
    inner = draw.choice([[], [f"    # inside {name}"]])
    return [*comment, *decorator, f"def {name}(a, b={draw.randrange(9)}):", *body, *inner]


def make_class(draw: random.Random, name: str) -> list[str]:
    lines = [f"class {name}:", f'    """About {name}."""', ""]
    for method in draw.sample("pqrs", draw.randint(1, 4)):
        lines += [*(f"    {line}" for line in make_function(draw, method)), ""]
    return lines[:-1]


Module = list[list[str]]


def make_piece(draw: random.Random, name: str) -> list[str]:
    if (kind := draw.randrange(3)) == 0:
        return make_function(draw, name)
    if kind == 1:
        return make_class(draw, name.title())
    return [f"{name.upper()} = [", *(f"    '{name} {n}'," for n in range(3)), "]"]


def change(draw: random.Random, module: Module, side: str) -> Module:
    module = [list(piece) for piece in module]
    for number in range(draw.randint(1, 4)):
        place = draw.randrange(len(module))
        action = draw.choice(["add", "add", "drop", "move", "edit", "edit", "comment", "import"])
        piece = module[place]
        if action == "add":
            module.insert(place, make_piece(draw, f"{side}{number}"))
        elif action == "drop" and len(module) > 2:
            module.pop(place)
        elif action == "move":
            module.insert(draw.randrange(len(module)), module.pop(place))
        elif action == "edit":
            line = draw.randrange(len(piece))
            piece[line] = piece[line].rstrip() + f"  # {side} {number}"
        elif action == "comment":
            piece.insert(0, f"# {side} says {number}")
        else:
            module.insert(0, [f"from .{draw.choice('xyz')} import {side}{number}_name"])
    return module


def write(module: Module) -> str:
    return "\n\n\n".join("\n".join(piece) for piece in module) + "\n"


def draw_texts(seed: int) -> tuple[str, str, str]:
    draw = random.Random(seed)
    imports = [["import os\nfrom pathlib import Path"], ["from .x import one, two"]]
    base = imports + [make_piece(draw, f"name{number}") for number in range(draw.randint(1, 6))]
    yours, theirs = change(draw, base, "mine"), change(draw, base, "their")
    return write(base), write(yours), write(theirs)


def written(text: str) -> Counter[str]:
    """Count lines, and the names that are imported: a line may gather those of both sides."""
    found: Counter[str] = Counter()
    for line in filter(str.strip, text.splitlines()):
        start, _, names = line.partition(" import ")
        each = names.split(", ") if start.startswith("from ") else [""]
        found.update(f"{start} {name}" for name in each)
    return found


SEEDS = range(200)


@cache
def merge_drawn(seed: int) -> str | None:
    return merge(*draw_texts(seed))


def test_change_of_one_side_alone_is_the_result() -> None:
    for seed in SEEDS:
        base, yours, theirs = draw_texts(seed)
        assert merge(base, base, theirs) == theirs, seed
        assert merge(base, yours, base) == yours, seed
        assert merge(base, yours, yours) == yours, seed


@pytest.mark.slow
def test_merged_text_holds_every_change_of_both_sides() -> None:
    for seed in SEEDS:
        base, yours, theirs = draw_texts(seed)
        if (merged := merge_drawn(seed)) is not None:
            compile(merged, "merged", "exec")
            old, mine, new, found = map(written, (base, yours, theirs, merged))
            for line in {*old, *mine, *new, *found}:
                both = mine[line] + new[line] - old[line]
                alike = {mine[line]} & {new[line]}  # both may have made the same change
                assert found[line] in {both, *alike}, (seed, line)
            assert set(defined_twice(merged)) <= {*defined_twice(yours), *defined_twice(theirs)}


@pytest.mark.parametrize("seeds", [SEEDS[:50], pytest.param(SEEDS[50:], marks=pytest.mark.slow)])
def test_sides_that_change_places_give_the_same_definitions(seeds: range) -> None:
    for seed in seeds:
        base, yours, theirs = draw_texts(seed)
        one, other = merge_drawn(seed), merge(base, theirs, yours)
        assert (one is None) == (other is None), seed
        if one and other:
            assert written(one) == written(other), seed


@pytest.mark.slow
def test_random_changes_are_mostly_merged() -> None:
    merged = sum(merge_drawn(seed) is not None for seed in SEEDS)
    assert len(SEEDS) / 3 < merged < len(SEEDS)
