"""The rows of the profile that random diagrams must cover, and how often each is drawn."""

from typing import Final

DMN: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">
<decision id="niva" name="niva"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie" typeRef="number"><text>r</text></inputExpression></input>
<output id="o" name="niva" typeRef="number"/>
<rule id="r1"><inputEntry id="a1"><text>&lt; 5</text></inputEntry>
<outputEntry id="b1"><text>r + 1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>&gt;= 5</text></inputEntry>
<outputEntry id="b2"><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""

ROWS: Final = frozenset(
    {
        "assignment and dates",
        "boundary X, interrupting",
        "boundary Y, beside",
        "boundary Y, interrupting",
        "boundary cycle, beside",
        "boundary message, beside",
        "boundary message, interrupting",
        "boundary timer, interrupting",
        "business rule task",
        "call activity",
        "data mapping",
        "error end",
        "escalation end",
        "escalation throw",
        "event sub-process cycle, beside",
        "event sub-process error, interrupting",
        "event sub-process escalation, beside",
        "event sub-process escalation, interrupting",
        "event sub-process message, beside",
        "event sub-process message, interrupting",
        "event sub-process timer, beside",
        "event sub-process timer, interrupting",
        "event-based gateway",
        "exclusive gateway",
        "flow past the work, straight into a join",
        "loop",
        "manualTask",
        "message catch",
        "message end",
        "message start",
        "message throw",
        "multi-instance call activity",
        "multi-instance sub-process",
        "multi-instance, completion condition",
        "multi-instance, parallel",
        "multi-instance, sequential",
        "none start",
        "parallel gateway",
        "parallel join inside a loop",
        "receive task",
        "script task",
        "send task (capability)",
        "send task (message)",
        "service task",
        "sub-process",
        "task",
        "terminate end",
        "timer catch, FEEL",
        "timer catch, date",
        "timer catch, duration",
        "two tokens in one loop",
        "user task",
    }
)
"""What the diagrams of a run of 1,000 steps must have had, each at least once."""

PLAIN: Final = (
    "user", "user", "row", "row", "choice", "fork", "fork_in_loop", "fork_in_loop", "loop", "box",
    "visit",
)  # fmt: skip
LEAVES: Final = (
    "user", "user", "job", "send", "script", "rule", "plain", "catch", "receive", "throw",
    "guarded", "many", "many",
)  # fmt: skip
BLOCKS: Final = (
    *LEAVES, "row", "row", "row", "choice", "fork", "fork", "loop", "loop", "fork_in_loop",
    "fork_in_loop", "race", "call", "sub", "sub", "many_subs", "many_calls",
    "two_tokens",
)  # fmt: skip
