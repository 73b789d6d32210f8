"""What is data and what is talk."""

from __future__ import annotations

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
