"""Which encoding turns the bytes of a file into text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from .signatures import MARKS, decodes, is_wide
from .source import Fingerprint

WESTERN = "western"  # how bytes are read that an encoding does not know
EIGHT_BITS = (
    "cp866 cp1250 cp1251 iso8859_2 iso8859_5 koi8_r mac_roman cp437 cp850 cp1253 cp1254 cp1255"
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

    if eastern := of_pairs(strange):
        return eastern
    likely = {each: fit(strange.decode(each[0], "replace"), each[1]) for each in LATIN}
    name, letters = max(likely, key=lambda each: likely[each])  # the first of those that are equal
    if likely[name, letters] > LIKELY:
        return name
    if is_shift_jis(strange):
        return "shift_jis"
    best = from_bytes(
        strange[:200_000], cp_isolation=[*EIGHT_BITS], preemptive_behaviour=False
    ).best()
    return str(best.encoding) if best else "latin-1"


def of_pairs(strange: bytes) -> str:
    """Return the encoding of Chinese, Japanese or Korean where high bytes come in pairs, or ''.

    By the first bytes of pairs: usual Chinese signs have B0 to D7, Korean syllables B0 to C8, and
    Japanese syllables A4 and A5.
    """
    runs = re.findall(rb"[\xa1-\xfe]+", strange)
    if re.search(rb"[\x80-\xa0]", strange) or any(len(run) % 2 for run in runs):
        return ""
    leads = [lead for run in runs for lead in run[::2]]
    share = [sum(low <= each <= high for each in leads) for low, high in LEADS]
    if share[0] > OFTEN * len(leads):
        return "euc_jp"
    korean = share[2] > 0.97 * len(leads)
    return ("euc_kr" if korean else "gb18030") if share[1] > USUAL * len(leads) else ""


def is_shift_jis(strange: bytes) -> bool:
    """Return whether nearly all signs are those of Japanese when read like this.

    The accents of western languages make such signs as well: those are asked first.
    """
    text = strange.decode("shift_jis", "replace")
    odd = [each for each in text if ord(each) > 127]
    signs = sum("\u3000" <= each <= "\u9fff" for each in odd)
    return "\ufffd" not in text and signs > LIKELY * len(odd)


def fit(text: str, letters: str) -> float:
    """Return the share of strange signs that stand where people write them, 0 if words are strange.

    In Russian read as cp1252 nearly every letter of a word is strange; in Polish many a sign is
    inside of a word, and in what a Mac wrote a capital.
    """
    odd = [place for place, each in enumerate(text) if ord(each) > 127]
    runs = sum(ord(text[place - 1]) > 127 and text[place].isalpha() for place in odd if place)
    if "\ufffd" in text or not odd or runs > RUNS * len(odd):
        return 0.0
    return sum(belongs(text, place, letters) for place in odd) / len(odd)


def belongs(text: str, place: int, letters: str) -> bool:
    """Return whether a letter is one of a language, and no capital or sign is within a word."""
    sign, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if unicodedata.category(sign)[0] == "L":
        inside = sign in LAST and letters is BOTH and after.isalpha()
        capital = sign.isupper() and (before.islower() or (before.isalpha() and after.islower()))
        return sign in f"{letters}ºªµ" and not capital and not inside
    if sign in "\u2019\u2018\u00b4\u2013\u2014\u00b2\u00b3\u00b0\u00ae\u2122\u00a9":
        return True
    if unicodedata.category(sign) in {"Sc", "No"}:  # of money, and fractions: beside numbers
        return not before.isalpha() and not after.isalpha()
    return not (before.isalpha() and after.isalpha())


RUNS, LIKELY = 0.4, 0.9
LEADS, OFTEN = ((0xA4, 0xA5), (0xB0, 0xD7), (0xB0, 0xC8)), 0.2
USUAL = 0.8
LAST = "òìÈÌÒ"  # in Italian at the end of words, or words of their own
BOTH = "äöüßÄÖÜéèêëàâçîïôûùœæÉÈÀÂÊÎÔÇÆŒñÑáíóúÁÍÓÚãõÃÕåøÅØìòÌÒ"  # from Portugal to Finland
CZECH = "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽľĺŕôäĽÄöüÖÜ"
CENTRAL = ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", CZECH, "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "čćđšžČĆĐŠŽ", "ăâîşţĂÂÎŞŢ")
LATIN = (
    ("cp1252", BOTH),
    ("cp1252", "áéíóúýþæöðÁÉÍÓÚÝÞÆÖÐ"),  # of Iceland
    ("cp1254", "çğıöşüÇĞİÖŞÜâîû"),
    *(("cp1250", letters) for letters in CENTRAL),
    *(("iso8859_2", letters) for letters in CENTRAL),
    ("mac_roman", BOTH),
    ("cp850", BOTH),
)
