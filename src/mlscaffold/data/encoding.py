"""Which encoding turns the bytes of a file into text."""

from __future__ import annotations

import codecs
import unicodedata

from .signatures import MARKS, decodes, is_wide
from .source import Fingerprint

WESTERN = "western"  # how bytes are read that an encoding does not know
EIGHT_BITS = (
    "cp1252 cp1250 cp1251 iso8859_2 iso8859_5 koi8_r mac_roman cp437 cp850 cp1253 cp1254 cp1255"
    " cp1256 shift_jis gb18030 big5 euc_jp euc_kr"
).split()


def find_encoding(start: bytes, print_: Fingerprint) -> str:
    """Return the name that Python and pandas know the encoding by."""
    if mark := next((name for mark, name in MARKS.items() if start.startswith(mark)), ""):
        return mark
    if wide := is_wide(start):
        return wide
    if print_.utf8 or is_mixed(print_):
        return "utf-8"
    return guess(print_.strange)


def is_mixed(print_: Fingerprint) -> bool:
    """Return whether most lines are UTF-8, but not all: a file that was put together."""
    lines = [line for line in print_.strange.split(b"\n") if line]
    good = sum(decodes(codecs.getincrementaldecoder("utf-8")(), line) for line in lines)
    return not print_.utf8 and good > len(lines) / 2


def errors_of(encoding: str) -> str:
    """Return how bytes are read that are none of an encoding."""
    return WESTERN if encoding.startswith("utf-8") else "replace"


def as_western(error: UnicodeError) -> tuple[str, int]:
    """Return bytes that are no UTF-8 as cp1252 reads them, and where to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(WESTERN, as_western)


def guess(strange: bytes) -> str:
    """Return the most plausible encoding of lines that are not UTF-8.

    Of the western ones cp1252 is taken: it reads what latin-1 reads, and its dashes and quotes.
    """
    from charset_normalizer import from_bytes

    western = strange.decode("cp1252", "replace")
    if plausible(western):
        return "cp1252"
    best = from_bytes(
        strange[:200_000], cp_isolation=[*EIGHT_BITS], preemptive_behaviour=False
    ).best()
    return str(best.encoding) if best else "latin-1"


def plausible(text: str) -> bool:
    """Return whether strange letters stand where western languages have them.

    Inside of words that are mostly plain letters, or as signs after numbers; in Russian read as
    cp1252 nearly every letter of a word is strange, and in Polish many a sign is inside of a word.
    """
    odd = [place for place, each in enumerate(text) if ord(each) > 127]
    if "\ufffd" in text or not odd:
        return False
    letters = sum(unicodedata.category(text[place])[0] == "L" for place in odd)
    inside = sum(
        unicodedata.category(text[place])[0] in "SPCN"
        and text[place] not in "\u2019\u2018\u00b4`\u2013\u2014-'\u00b7"
        and text[place - 1 : place].isalpha()
        and text[place + 1 : place + 2].isalpha()
        for place in odd
    )
    runs = sum(ord(text[place - 1]) > 127 and text[place].isalpha() for place in odd if place)
    common = sum(text[place] in COMMON for place in odd)
    return inside <= 0.02 * len(odd) and runs <= 0.25 * len(odd) and common >= 0.7 * letters


COMMON = set("äöüßÄÖÜéèêëàâçîïôûùœæÉÈÀÇñÑáíóúÁÍÓÚ¿¡ãõÃÕåøÅØÆìòýðþ°€£§")
