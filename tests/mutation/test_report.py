"""Drawing a sample, keeping results and counting them."""

from pathlib import Path
from typing import Any

import pytest

from tests.mutation.report import explanations, good, lines, table
from tests.mutation.sample import KINDS, ordered, walks_for
from tests.mutation.sites import Site
from tests.mutation.store import Store


def site(kind: str, number: int, *marks: tuple[str, ...]) -> Site:
    return Site(kind, "bpmn/liten.bpmn", f"T{number}", "", 1, marks, lambda: b"")


def row(kind: str, by: str, *, place: str = "T1", walked: int = 2) -> dict[str, Any]:
    key = f"{kind} bpmn/liten.bpmn {place}"
    where = {"file": "bpmn/liten.bpmn", "line": 7, "place": place, "what": "dropped"}
    return {"key": key, "kind": kind, **where, "by": by, "could": 2, "walked": walked}


def test_a_seed_gives_the_same_sample_and_the_kinds_take_turns() -> None:
    every = [site(kind, number) for kind in ("drop_task", "change_lane") for number in range(9)]
    first = [one.key for one in ordered(every, 1)]
    assert [one.key for one in ordered(reversed(every), 1)] == first
    assert [one.key for one in ordered(every, 2)] != first
    assert [key.split()[0] for key in first[:4]] == ["drop_task", "change_lane"] * 2
    assert sorted(first) == sorted(one.key for one in every)


def test_scenarios_that_pass_the_place_walk_the_nearest_and_cheapest_first() -> None:
    passed = {
        "dyr": frozenset({"dmn t:1", "dmn t"}),
        "billig": frozenset({"dmn t"}),
        "nara": frozenset({"dmn t:1", "dmn t"}),
        "annan": frozenset({"dmn u"}),
    }
    seconds = {"dyr": 9.0, "billig": 1.0, "nara": 3.0, "annan": 0.1}
    asked = site("move_boundary", 1, ("dmn t:1",), ("dmn t",))
    assert walks_for(asked, passed, seconds) == ["nara", "dyr", "billig"]


def test_results_are_kept_and_a_torn_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "build" / "judged.jsonl"
    Store(path).add("a", {"by": "rule"})
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"key": "b", "by')
    assert Store(path).found == {"a": {"key": "a", "by": "rule"}}


def test_the_summary_counts_per_kind() -> None:
    rows = [row("drop_task", "scenario", place=f"T{number}") for number in range(9)]
    rows.append(row("drop_task", "", place="T9", walked=1))
    counted = table(rows, {})["drop_task"]
    assert (counted["drawn"], counted["noticed"], counted["score"]) == (10, 9, 0.9)
    assert (counted["survivors"], counted["explained"], counted["cut_short"]) == (1, 0, 1)
    assert not good({"drop_task": counted}), "a survivor is not explained"
    why = {"drop_task bpmn/liten.bpmn T9": "Den räknar bara om samma värde."}
    assert good(table(rows, why))
    told = "\n".join(lines(rows, why))
    assert "SURVIVED drop_task bpmn/liten.bpmn:7 T9" in told
    assert "explained: Den räknar" in told


def test_too_few_noticed_is_not_good_however_explained() -> None:
    rows = [row("drop_timer", "rule"), row("drop_timer", "", place="T2")]
    assert not good(table(rows, {"drop_timer bpmn/liten.bpmn T2": "Skäl."}))


def test_explanations_name_a_kind_and_say_why(tmp_path: Path) -> None:
    assert {key.split()[0] for key in explanations()} <= set(KINDS)
    path = tmp_path / "explained.toml"
    text = '[[survivor]]\nkind = "drop_task"\nfile = "f"\nplace = "p"\nwhy = "{}"\n'
    path.write_text(text.format("Skäl."), encoding="utf-8")
    assert explanations(path) == {"drop_task f p": "Skäl."}
    path.write_text(text.format(" "), encoding="utf-8")
    with pytest.raises(ValueError, match="say why"):
        explanations(path)
