"""What is data and what is talk."""

from __future__ import annotations

import io

import pytest

from mlscaffold import output
from mlscaffold.errors import MlscaffoldError


def test_columns_line_up_and_lines_end_without_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([("a", "one", ""), ("long", "x", "é")])
    assert capsys.readouterr() == ("a     one\nlong  x    é\n", "")


def test_no_rows_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([])
    assert capsys.readouterr() == ("", "")


def test_error_is_a_message_and_a_hint_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.fail(MlscaffoldError("it broke", "mend it"))
    assert capsys.readouterr() == ("", "error: it broke\nhint: mend it\n")


def test_error_without_a_hint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.fail(MlscaffoldError("it broke"))
    assert capsys.readouterr() == ("", "error: it broke\n")


def test_talk_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("Created")
    output.next_steps(["cd x"])
    assert capsys.readouterr() == ("", "Created\n\nNext:\n  cd x\n")


class Terminal(io.StringIO):
    """What takes text and says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_continues_a_line_below_its_column(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    line = "product         The model at work: predict, serve with a page, monitor, container, card"
    shown = output.hang(line, 16, Terminal()).splitlines()
    assert len(shown) > 1
    assert all(len(each) <= width for each in shown)
    assert all(each.startswith(" " * 16) and each[16] != " " for each in shown[1:])
    assert " ".join(" ".join(shown).split()) == " ".join(line.split())


def test_what_no_terminal_reads_or_what_cannot_be_broken_stays_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    line = f"changed  {'a/b-c' * 20}"
    assert output.hang(line, 9, Terminal()) == line
    line = f"changed  {'a b ' * 20}".rstrip()
    assert output.hang(line, 9, io.StringIO()) == line
