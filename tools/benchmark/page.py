"""A report of tools/bench as one HTML page that needs nothing else: charts are inline SVG."""

from __future__ import annotations

import math
from html import escape
from typing import Any

COLORS = {"onnxruntime": "#c8553d", "openvino": "#3d6fc8"}
BOUNDS = {"compute": "#3d8f5f", "memory": "#c89a3d", "overhead": "#9a9a9a"}

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>onnxcc bench</title><style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
table { border-collapse: collapse; } td, th { padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd; }
td:first-child, th:first-child { text-align: left; } .failed { color: #a33; } .note { color: #666; }
svg text { font: 11px system-ui, sans-serif; fill: #222; } summary { cursor: pointer; margin: .4em 0; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
</style></head><body>
"""


def format_seconds(seconds: float) -> str:
    scale, unit = (1, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "µs")
    return f"{seconds * scale:.3g} {unit}"


def text(x: float, y: float, content: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'


def bar(x: float, y: float, width: float, height: float, color: str, title: str) -> str:
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect {shape} fill="{color}"><title>{escape(title)}</title></rect>'


def svg(width: int, height: float, parts: list[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}">{"".join(parts)}</svg>'


def seconds_of(entry: dict[str, Any], engine: str, threads: str) -> float | None:
    return entry["results"].get(engine, {}).get(threads, {}).get("seconds")


def ratio_chart(models: list[dict[str, Any]], threads: str) -> str:
    """A bar a competitor and model: its time over onnxcc's, on a logarithmic axis around 1."""
    rows: list[tuple[str, list[tuple[str, float]]]] = []
    for entry in models:
        ours = seconds_of(entry, "onnxcc", threads)
        found = [(engine, seconds_of(entry, engine, threads)) for engine in COLORS]
        ratios = [(engine, theirs / ours) for engine, theirs in found if ours and theirs]
        if ratios:
            rows.append((entry["name"], ratios))
    if not rows:
        return '<p class="note">nothing to compare</p>'
    least = min(0.5, *(ratio for _, ratios in rows for _, ratio in ratios))
    most = max(2.0, *(ratio for _, ratios in rows for _, ratio in ratios))
    left, width, row = 190, 760, 13

    def place(ratio: float) -> float:
        return left + (width - left) * (math.log(ratio) - math.log(least)) / (math.log(most) - math.log(least))

    parts, y = [], 22.0
    for name, ratios in rows:
        parts.append(text(left - 8, y + row * len(ratios) / 2 + 4, name, "end"))
        for engine, ratio in ratios:
            begin, end = sorted((place(1), place(ratio)))
            parts.append(bar(begin, y, end - begin, row - 2, COLORS[engine], f"{name}: {engine} x{ratio:.2f}"))
            parts.append(text(place(ratio) + (4 if ratio >= 1 else -4), y + 9, f"{ratio:.2f}", "start" if ratio >= 1 else "end"))
            y += row
        y += 6
    for tick in (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32):
        if least <= tick <= most:
            x = place(tick)
            stroke = "#222" if tick == 1 else "#ccc"
            parts.insert(0, f'<line x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="{y:.0f}" stroke="{stroke}"/>')
            parts.append(text(x, 12, f"{tick:g}", "middle"))
    return svg(width + 50, y + 4, parts)


def launch_chart(run: dict[str, Any]) -> str:
    """A bar a launch: its share of the time; the full part is the share of that at the roofline."""
    launches = [launch for launch in run.get("launches", []) if "ofPeak" in launch]
    if not launches:
        return '<p class="note">no launches</p>'
    longest = max(launch["share"] for launch in launches) or 1
    left, width, row, parts = 330, 560, 15, []
    for index, launch in enumerate(launches):
        y = index * row
        name = launch["name"] if len(launch["name"]) <= 50 else "…" + launch["name"][-49:]
        full = (width - left) * launch["share"] / longest
        color = BOUNDS[launch["bound"]]
        gflops = launch["flops"] / max(launch["seconds"], 1e-9) / 1e9
        gbytes = launch["bytes"] / max(launch["seconds"], 1e-9) / 1e9
        title = f"{launch['description']}: {format_seconds(launch['seconds'])}, {gflops:.1f} GFLOP/s, {gbytes:.1f} GB/s"
        parts.append(text(left - 8, y + 11, name, "end"))
        parts.append(bar(left, y + 2, full, row - 4, "#e4e4e4", title))
        parts.append(bar(left, y + 2, full * min(launch["ofPeak"], 1), row - 4, color, title))
        note = f"{100 * launch['share']:.1f} % of the time, {100 * launch['ofPeak']:.0f} % of peak, {launch['bound']}"
        parts.append(text(left + full + 6, y + 11, note))
    return svg(width + 260, len(launches) * row + 4, parts)


def result_table(models: list[dict[str, Any]], threads: str) -> str:
    engines = list(dict.fromkeys(engine for entry in models for engine in entry["results"]))
    rows = ["<tr><th>model</th>" + "".join(f"<th>{engine}</th>" for engine in engines) + "</tr>"]
    for entry in models:
        cells = [f"<td>{escape(entry['name'])}</td>"]
        if entry["error"]:
            cells.append(f'<td class="failed" colspan="{len(engines)}">{escape(entry["error"])}</td>')
        for results in entry["results"].values():
            result = results.get(threads, {})
            if result.get("seconds") is not None:
                spread = f"{format_seconds(min(result['rounds']))} to {format_seconds(max(result['rounds']))}"
                cells.append(f'<td title="{spread} over the rounds">{format_seconds(result["seconds"])}</td>')
            else:
                cells.append(f'<td class="failed" title="{escape(result.get("error", ""), quote=True)}">failed</td>')
        rows.append("<tr>" + "".join(cells) + "</tr>")
    return "<table>" + "".join(rows) + "</table>"


def render(report: dict[str, Any]) -> str:
    models = report["models"]
    counts = sorted({count for entry in models for each in entry["results"].values() for count in each}, key=int)
    versions = {
        engine: result["version"]
        for entry in models
        for engine, each in entry["results"].items()
        for result in each.values()
        if result["version"]
    }
    listed = ", ".join(f"{engine} {version}" for engine, version in versions.items())
    parts = [HEAD, "<h1>onnxcc against other engines</h1>"]
    parts.append(f'<p class="note">{escape(report["machine"])}; {escape(listed)}; median of {report["rounds"]} rounds.</p>')
    for count in counts:
        threads = "1 thread" if count == "1" else f"{count} threads"
        parts.append(f"<h2>Time over onnxcc's, {threads}</h2><p>Right of 1: onnxcc is faster.")
        parts += [f'<span class="key" style="background:{color}"></span>{engine}' for engine, color in COLORS.items()]
        parts.append("</p>" + ratio_chart(models, count) + result_table(models, count))
    parts.append("<h2>Where onnxcc's time goes</h2><p>A bar is a launch's share of a call; its full part is what the "
                 "arithmetic at the measured peak, or the bytes at the measured bandwidth, take at least.")  # fmt: skip
    parts += [f'<span class="key" style="background:{color}"></span>{bound}' for bound, color in BOUNDS.items()]
    parts.append("</p>")
    for entry in models:
        for run in entry["launches"].get("runs", []):
            threads = "1 thread" if run["threads"] == 1 else f"{run['threads']} threads"
            parts.append(f"<details><summary>{escape(entry['name'])}, {threads}</summary>{launch_chart(run)}</details>")
    return "\n".join(parts) + "\n</body></html>\n"
