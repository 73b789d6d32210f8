"""What a file is by its first bytes; of formats that are not read here, how a table comes out."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ..errors import MlscaffoldError

READ = {  # what is read here
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "excel",
}
MARKS = {  # longest first: the mark of UTF-32 begins like that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
IMAGE, ARCHIVE = "an image", "unpack it, and name the file in it"
EXPORT = "open it where it was made, and export the table as CSV"
FOREIGN = {  # the first bytes, what they belong to, and how a table comes out of it
    b"SQLite format 3": (
        "an SQLite database",
        '`sqlite3 -header -csv {file} "SELECT * FROM a_table" > {stem}.csv` exports a table of it',
    ),
    b"%PDF": ("a PDF document", "look for the same table as CSV or as a workbook"),
    b"\x89PNG": (IMAGE, EXPORT),
    b"\xff\xd8\xff": (IMAGE, EXPORT),
    b"GIF8": (IMAGE, EXPORT),
    b"PK\x05\x06": ("an empty archive", "fetch it again"),
    b"Rar!": ("a RAR archive", ARCHIVE),
    b"7z\xbc\xaf": ("a 7z archive", ARCHIVE),
    b"(\xb5/\xfd": ("packed with Zstandard", "`zstd -d {file}` unpacks it"),
    b"\x04\x22\x4d\x18": ("packed with LZ4", "`lz4 -d {file}` unpacks it"),
    b"\x7fELF": ("a program", EXPORT),
    b"\x89HDF": ("an HDF5 file", "{pandas}read_hdf{to_csv}"),
    b"RDX": ("an R data file", "{load}"),
    b"RDA": ("an R data file", "{load}"),
    b"X\n\x00\x00\x00": ("an R data file", "{rds}"),
    b"A\n2\n": ("an R data file", "{rds}"),
    b"\x80\x04\x95": ("a pickle of Python", "{pandas}read_pickle{to_csv}, if you trust its source"),
    b"\x80\x05\x95": ("a pickle of Python", "{pandas}read_pickle{to_csv}, if you trust its source"),
    b"\x93NUMPY": ("an array of NumPy", "write it as CSV with `numpy.savetxt`, or with pandas"),
    b"ARROW1": ("an Arrow file", "{pandas}read_feather{to_csv}"),
    b"$FL2": ("an SPSS file", "{pandas}read_spss{to_csv}"),
    b"$FL3": ("an SPSS file", "{pandas}read_spss{to_csv}"),
    b"<stata_dta>": ("a Stata file", "{pandas}read_stata{to_csv}"),
    **{bytes([version, order, 1, 0]): ("a Stata file", "{pandas}read_stata{to_csv}")
       for version in (105, 108, 111, 113, 114, 115) for order in (1, 2)},
    bytes(12) + b"\xc2\xea\x81\x60": ("a SAS file", "{pandas}read_sas{to_csv}"),
    b"HEADER RECORD*******": ("a SAS file", "{pandas}read_sas{to_csv}"),
    b"\x00\x01\x00\x00Standard ": ("an Access database", EXPORT),
    b"MATLAB 5.0": ("a MATLAB file", "`writetable(a_table, '{stem}.csv')` in MATLAB makes it CSV"),
    b"CDF\x01": ("a NetCDF file", "export the series you need as CSV, with xarray say"),
    b"CDF\x02": ("a NetCDF file", "export the series you need as CSV, with xarray say"),
    b"Obj\x01": ("an Avro file", "export it as CSV or Parquet"),
    b"ORC": ("an ORC file", "{pandas}read_orc{to_csv}"),
    b"version https://git-lfs": (
        "a pointer of Git LFS in place of the file", "`git lfs pull` brings the file itself",
    ),
}  # fmt: skip
WRITTEN = {
    "pandas": "`pandas.",
    "to_csv": '("{file}").to_csv("{stem}.csv", index=False)` makes it CSV',
    "rds": '`write.csv(readRDS("{file}"), "{stem}.csv", row.names = FALSE)` in R makes it CSV',
    "load": '`load("{file}")` and `write.csv(a_table, "{stem}.csv", row.names = FALSE)` in R make'
    " it CSV",
}
PRINTED = {*range(32, 256), 9, 10, 11, 12, 13, 26, 28, 29, 30, 31}
SIGN_IN = "is it a page to sign in, where the download should be? Else save the table as CSV"
STATEMENT = re.compile(  # which opens a dump, after comments
    rb"(?:\s|--[^\n]*\n|/\*.*?\*/;?)*(create|insert|set|drop|pragma|begin|start|use|alter|lock|copy)\s",
    re.IGNORECASE | re.DOTALL,
)
SQL = re.compile(
    rb"^\s*(create table|insert into|copy \S+ .*from stdin)", re.IGNORECASE | re.MULTILINE
)
PAGE = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<div", b"<style", b"<body")


def name_kind(start: bytes, subject: str, path: Path) -> str:
    """Return what is read here and begins like this; refuse other things by their name.

    `subject` begins the message: a file *is* it, or *holds* it.
    """
    what, hint = next(
        (said for magic, said in FOREIGN.items() if start.startswith(magic)), ("",) * 2
    )
    kind = next((kind for magic, kind in READ.items() if start.startswith(magic)), "")
    if not what and not kind:
        kind, what, hint = of_text(start)
    if what:
        names = {"file": path.name, "stem": path.stem}
        ways = {name: text.format(**names) for name, text in WRITTEN.items()}
        said = f"{subject} {what}, which mlscaffold does not read"
        raise MlscaffoldError(said, hint.format(**names, **ways))
    return kind


def of_text(start: bytes) -> tuple[str, str, str]:
    """Return which text a file of no known magic is; or what else it is, and a hint."""
    wide = is_wide(start)
    if start[257:262] == b"ustar":
        return "tar", "", ""
    if wide or (start.startswith(tuple(MARKS)) and not start.startswith(codecs.BOM_UTF8)):
        start = start.decode(wide or "utf-16", "ignore").encode()
    elif len({*start[:4096]} - PRINTED) > 20 or (
        start.count(b"\x00") > len(start) / 1000 and not is_text(start)
    ):
        return "", "a binary file", EXPORT
    head = start.removeprefix(codecs.BOM_UTF8).lstrip(b" \r\n\t").lower()
    if head.startswith(b"<?xml") and b"<workbook" in head:
        return "markup", "", ""
    if head.startswith(PAGE) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head):
        if b"<table" in head or len(start) > 1 << 18:
            return "markup", "", ""
        return "", "a web page", SIGN_IN
    if STATEMENT.match(start) and SQL.search(start[: 1 << 16]):
        return "", "an SQL dump", "load it into a database, and export one table as CSV"
    if head.startswith((b"<?xml", b"<svg")):
        return "", "an XML document", "{pandas}read_xml{to_csv}, if it holds a list of alike things"
    opened = (b'{"', b"[{", b"[[", b"{\n", b"{ ", b"[\n", b"[ ", b"{\r", b"[\r", b"[\t", b"{\t")
    return ("json" if head.startswith(opened) else "text"), "", ""


def is_text(start: bytes) -> bool:
    """Return whether bytes are text but for the zero bytes that some programs leave in cells."""
    lines = start.count(b"\n") or start.count(b"\r")
    text = start.replace(b"\x00", b"")
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain = not {*text} - PRINTED and decodes(decoder, text)
    return plain and lines > 2 and len(text) > len(start) / 2


def is_wide(start: bytes) -> str:
    """Return the encoding where every other byte is zero, as in UTF-16 without a mark."""
    odd, even = start[1:2000:2].count(0), start[:2000:2].count(0)
    half = len(start[:2000]) / 2
    return (
        "utf-16-le" if odd > 0.7 * half > even else "utf-16-be" if even > 0.7 * half > odd else ""
    )


def decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    """Return whether a block goes on in UTF-8."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True
