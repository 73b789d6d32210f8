"""The page of a drift report: one file, which needs nothing else."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from ..project import Settings

STYLE = Path(__file__).with_suffix(".css")
PLOTS = 12
WIDTH, HEIGHT, FOOT = 300, 110, 16


def render(found: dict[str, Any], settings: Settings) -> str:
    """Return the page of a report as `monitor` made it."""
    title, number = escape(settings.project.title), len(found["alarms"])
    verdict = f"{number} alarm{'s' * (number != 1)}" if number else "No alarm"
    said = "".join(f'<li class="alarm">{escape(line)}</li>' for line in found["alarms"])
    rule = f"<p>What to do: {escape(settings.monitor.retrain)}</p>" if number else ""
    drawn = [each for each in found["columns"] if each["drifted"]] or found["columns"][:4]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drift: {title}</title>
<style>{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<p class="quiet">{title}: {found["rows"]:,} rows of {escape(found["file"])}</p>
<h1>{verdict}</h1><ul>{said}</ul>{rule}
{outcomes(found["outcome"])}{breaks(found["schema"])}
<h2>Columns, the most changed first</h2>{columns(found["columns"])}
<p class="quiet">PSI: population stability index. A column has drifted if its PSI is more than
{found["limits"]["psi"]:g} above what chance gives for so many rows, and a test excludes chance.</p>
<h2>Distributions <span class="key old"></span>training<span class="key new"></span>new</h2>
<div class="plots">{"".join(map(plot, drawn[:PLOTS]))}</div>
</body>
</html>
"""


def outcomes(found: list[dict[str, Any]]) -> str:
    """Return what the model and the labels say."""
    lines = "".join(
        f"<li{' class=alarm' if part['alarm'] else ''}>{escape(part['said'])}</li>"
        for part in found
    )
    return f"<h2>Labels and answers</h2><ul>{lines}</ul>" if lines else ""


def breaks(found: list[dict[str, Any]]) -> str:
    """Return where the file is unlike anything in training."""
    lines = "".join(
        f"<li>{escape(each['column'])}: {escape(each['problem'])} ({each['rows']:,} rows)</li>"
        for each in found
    )
    return f"<h2>Unlike the training data</h2><ul>{lines}</ul>" if lines else ""


def columns(found: list[dict[str, Any]]) -> str:
    """Return the table of all columns."""
    rows = "".join(
        f"<tr{' class=alarm' if each['drifted'] else ''}><td>{escape(each['name'])}</td>"
        f'<td class="number">{each["psi"]:.3f}</td>'
        f'<td class="number">{each["psi"] - each["excess"]:.3f}</td>'
        f'<td class="number">{p_value(each["p"])}</td>'
        f"<td>{'drifted' if each['drifted'] else ''}</td></tr>"
        for each in found
    )
    head = "<th>column</th>" + "".join(
        f'<th class="number">{name}</th>' for name in ("PSI", "of that by chance", "p-value")
    )
    return f"<table><thead><tr>{head}<th></th></tr></thead><tbody>{rows}</tbody></table>"


def p_value(p: float) -> str:
    """Return a p-value; of a small one its size says nothing more."""
    return "under 0.001" if p < 0.001 else f"{p:.3f}"


def plot(column: dict[str, Any]) -> str:
    """Return both distributions of a column as bars side by side."""
    top = max(*column["new"], *column["old"])
    step = WIDTH / len(column["bins"])
    bars = ""
    for place, label in enumerate(column["bins"]):
        for side, name in enumerate(("old", "new")):
            share = column[name][place]
            tall = share / top * (HEIGHT - FOOT)
            x, y = step * (place + 0.08 + 0.42 * side), HEIGHT - FOOT - tall
            bars += (
                f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{0.4 * step:.1f}" '
                f'height="{tall:.1f}"><title>{escape(label)}: {share:.1%} {name}</title></rect>'
            )
        if place % max(1, len(column["bins"]) // 4) == 0:
            bars += f'<text x="{step * place:.1f}" y="{HEIGHT - 4}">{escape(label[:12])}</text>'
    name = escape(column["name"])
    return (
        f'<figure><figcaption>{name}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{name}: training and new">{bars}</svg></figure>'
    )
