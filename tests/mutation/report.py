"""The summary of a sample: what was noticed and by what, and what survived."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.mutation.sample import KINDS

EXPLAINED = Path(__file__).parent / "explained.toml"
WANTED = 0.9
"""The part of each kind that must be noticed."""
BY = ("scenario", "rule", "incident", "example", "analysis")

Row = Mapping[str, Any]


def explanations(path: Path = EXPLAINED) -> dict[str, str]:
    """Read why survivors are no gap, by ``<kind> <file> <place>``.

    Raises:
        KeyError: An explanation lacks its kind, file, place or why.
        ValueError: A why is empty.
    """
    found = {}
    for row in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", ()):
        if not row["why"].strip():
            raise ValueError(f"{row['file']} {row['place']}: say why it survives")
        found[f"{row['kind']} {row['file']} {row['place']}"] = row["why"]
    return found


def table(rows: Sequence[Row], explained: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Count, per kind: drawn, noticed, by what, explained; ``score`` is noticed of drawn."""
    found = {}
    for kind in KINDS:
        own = [row for row in rows if row["kind"] == kind]
        if own:
            by = Counter(row["by"] for row in own if row["by"])
            left = [row for row in own if not row["by"]]
            found[kind] = {
                "drawn": len(own),
                "noticed": by.total(),
                "score": round(by.total() / len(own), 3),
                "by": {name: by[name] for name in BY},
                "survivors": len(left),
                "explained": sum(row["key"] in explained for row in left),
                "cut_short": sum(row["walked"] < row["could"] for row in left),
            }
    return found


def good(counted: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether enough of each kind is noticed and every survivor is explained."""
    return all(
        row["score"] >= WANTED and row["explained"] == row["survivors"] for row in counted.values()
    )


def lines(rows: Sequence[Row], explained: Mapping[str, str]) -> Iterator[str]:
    """Say it for a terminal."""
    counted = table(rows, explained)
    yield (
        f"{'kind':17}{'drawn':>6}{'noticed':>8}{'score':>7}"
        + "".join(f"{name:>9}" for name in BY)
        + f"{'survived':>9}{'explained':>10}{'cut short':>10}"
    )
    for kind, row in counted.items():
        yield (
            f"{kind:17}{row['drawn']:6}{row['noticed']:8}{row['score']:7.0%}"
            + "".join(f"{row['by'][name]:9}" for name in BY)
            + f"{row['survivors']:9}{row['explained']:10}{row['cut_short']:10}"
        )
    yield from _survivors([row for row in rows if not row["by"]], explained)


def _survivors(rows: Iterable[Row], explained: Mapping[str, str]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: str(row["key"])):
        yield f"SURVIVED {row['kind']} {row['file']}:{row['line']} {row['place']}"
        yield f"    {row['what']}"
        yield f"    walked {row['walked']} of the {row['could']} scenarios that pass it"
        if row["key"] in explained:
            yield f"    explained: {explained[row['key']]}"
