"""Pictures of the figures, as SVG that is the same for the same figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "corridor", "svg.fonttype": "none", "font.size": 10})

from matplotlib import pyplot  # noqa: E402

_COLOURS = ("#1f6f8b", "#c8963e", "#8a8d91", "#b5544d", "#6b8e4e", "#7a5c99")


def bars(path: Path, title: str, unit: str, rounds: Mapping[str, Sequence[float]]) -> str:
    """One bar a side: the median, with the smallest and the largest round."""
    figure, axes = pyplot.subplots(figsize=(7, 0.6 + 0.5 * len(rounds)), layout="constrained")
    names = list(rounds)[::-1]
    middles = [median(rounds[name]) for name in names]
    spread = [
        [middle - min(rounds[name]) for name, middle in zip(names, middles, strict=True)],
        [max(rounds[name]) - middle for name, middle in zip(names, middles, strict=True)],
    ]
    colours = [_COLOURS[0] if name.startswith("ours") else _COLOURS[2] for name in names]
    axes.barh(names, middles, xerr=spread, color=colours, capsize=3)
    for place, middle in enumerate(middles):
        axes.annotate(
            f" {middle:,.4g}" if middle < 100 else f" {middle:,.0f}", (0, place), va="center", color="white"
        )
    axes.set_xlabel(f"{unit} (median, smallest and largest round)")
    return _saved(figure, axes, path, title)


def parts(path: Path, title: str, unit: str, sizes: Mapping[str, float]) -> str:
    """One bar made of parts."""
    figure, axes = pyplot.subplots(figsize=(8, 2.4), layout="constrained")
    left = 0.0
    for number, (name, size) in enumerate(sizes.items()):
        colour = pyplot.get_cmap("tab20")(number)
        axes.barh([0], [size], left=left, color=colour, label=f"{name} {size:.1f}")
        left += size
    axes.set_yticks([])
    axes.set_xlabel(unit)
    axes.legend(ncols=5, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.4), frameon=False)
    return _saved(figure, axes, path, title)


def curves(
    path: Path,
    title: str,
    x: str,
    y: str,
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    log_x: bool = False,
    log_y: bool = False,
) -> str:
    """Lines through points."""
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for number, (name, (xs, ys)) in enumerate(lines.items()):
        marker = "o" if len(xs) < 20 else ""
        axes.plot(xs, ys, marker=marker, label=name, color=_COLOURS[number % len(_COLOURS)])
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_xscale("log" if log_x else "linear")
    axes.set_yscale("log" if log_y else "linear")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    return _saved(figure, axes, path, title)


def _saved(figure: "pyplot.Figure", axes: "pyplot.Axes", path: Path, title: str) -> str:
    axes.set_title(title, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return path.name
