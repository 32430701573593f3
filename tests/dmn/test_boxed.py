"""Boxed expressions inside each other, as in the loan examples of DMN 1.5, chapter 11."""

from decimal import Decimal

import pytest

from engine.dmn import parse_decisions
from tests.dmn.models import (
    context,
    definitions,
    function,
    input_data,
    invocation,
    item,
    knowledge,
    literal,
    service,
    table,
    text,
)


def feel(content: str) -> str:
    return text("literalExpression", content)


def decision(body: str, *, kind: str = "", needs: str = "") -> str:
    of = f' typeRef="{kind}"' if kind else ""
    required = "".join(
        f'<{outer}><{tag} href="#{target}"/></{outer}>'
        for outer, tag, target in (one.split() for one in needs.split(",") if one)
    )
    return f'<decision id="dec" name="dec"><variable name="dec"{of}/>{required}{body}</decision>'


def decide(*parts: str, mode: str = "strict", **inputs: object) -> object:
    return parse_decisions(definitions(*parts)).evaluate("dec", inputs, mode=mode).value


RATES = (
    '<relation><column name="långivare"/><column name="ränta" typeRef="number"/>'
    '<column name="avgift"/>'
    f"<row>{feel(chr(34) + 'Eken' + chr(34))}{feel('0.0389')}{feel('1000')}</row>"
    f"<row>{feel(chr(34) + 'Björken' + chr(34))}{feel('0.0385')}{feel('2500')}</row></relation>"
)


def test_a_comparison_of_loans() -> None:
    payment = knowledge(
        "månadskostnad",
        context(
            ("ränta per månad", feel("r / 12")),
            ("faktor", feel("(1 + ränta per månad) ** -n")),
            ("", feel("p * ränta per månad / (1 - faktor)")),
        ),
        [("p", "number"), ("r", "number"), ("n", "number")],
        kind="number",
    )
    per_loan = context(
        ("namn", feel("lån.långivare")),
        ("kostnad", invocation("månadskostnad", p=feel("belopp + lån.avgift"), r=feel("lån.ränta"),
                               n=feel("360"))),
    )  # fmt: skip
    metrics = knowledge("jämför", per_loan, [("lån", ""), ("belopp", "number")]).replace(
        "</encapsulatedLogic>",
        "</encapsulatedLogic><knowledgeRequirement>"
        '<requiredKnowledge href="#månadskostnad"/></knowledgeRequirement>',
    )
    rates = f'<decision id="räntor" name="räntor"><variable name="räntor"/>{RATES}</decision>'
    ranked = decision(
        context(
            ("tabell", feel("for i in räntor return jämför(i, önskat belopp)")),
            ("efter kostnad", feel("sort(tabell, function(x, y) x.kostnad < y.kostnad)")),
            (
                "",
                feel('efter kostnad[1].namn + " " + string(decimal(efter kostnad[1].kostnad, 2))'),
            ),
        ),
        needs="informationRequirement requiredDecision räntor,"
        "knowledgeRequirement requiredKnowledge jämför",
    )
    parts = [input_data("önskat belopp", "number"), payment, metrics, rates, ranked]
    needs = (
        '<informationRequirement><requiredInput href="#önskat belopp"/></informationRequirement>'
    )
    parts[-1] = ranked.replace("<context>", f"{needs}<context>", 1)
    expected = Decimal("1555.27")
    assert decide(*parts, **{"önskat belopp": 329250}) == f"Björken {expected}"


def test_contexts_in_contexts() -> None:
    inner = context(("a", feel("1")), ("b c", feel("a + yttre")))
    body = context(
        ("yttre", feel("10")),
        ("inre", inner),
        ("summa", feel("inre.a + inre.b c")),
        ("lista", f"<list>{inner}{feel('inre.b c')}</list>"),
    )
    assert decide(decision(body)) == {
        "yttre": 10,
        "inre": {"a": 1, "b c": 11},
        "summa": 12,
        "lista": [{"a": 1, "b c": 11}, 11],
    }


def test_functions_in_contexts() -> None:
    double = function(feel("n * 2"), ("n", "number"))
    body = context(
        ("dubbel", double),
        ("rabatt", feel("function(x: number) if x > 10 then dubbel(x) else 0")),
        ("svar", invocation("dubbel", n=feel("21"))),
        ("null", invocation("dubbel", n=feel('"x"'))),
        ("", feel("[svar, dubbel(1), dubbel(n: 2), rabatt(20), null]")),
    )
    assert decide(decision(body), mode="null") == [42, 2, 4, 40, None]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({"n": "21"}, 42), ({"x": "21"}, None), ({}, None), ({"n": "1", "x": "2"}, None)],
)
def test_an_invocation_with_other_names_is_null(
    arguments: dict[str, str], expected: object
) -> None:
    part = knowledge("dubbel", feel("n * 2"), [("n", "number")])
    bound = {name: feel(value) for name, value in arguments.items()}
    body = decision(
        invocation("dubbel", **bound), needs="knowledgeRequirement requiredKnowledge dubbel"
    )
    assert decide(part, body) == expected


def test_what_is_invoked_may_be_no_function() -> None:
    assert decide(decision(invocation("1", n=feel("1")))) is None


def test_a_table_in_a_knowledge_model_reads_its_parameters() -> None:
    cells = table([("ålder", "number")], [("svar", "string")], ['< 18 | "barn"', '- | "vuxen"'],
                  policy="FIRST")  # fmt: skip
    body = cells.partition(">")[2].removesuffix("</decision>")
    part = knowledge("klass", body, [("ålder", "number")], kind="string")
    call = literal("dec", "klass(7) + klass(ålder: 70)", needs=["bkm:klass"])
    assert decide(part, call) == "barnvuxen"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<some iteratorVariable="rad nr"><in>{0}</in><satisfies>{1}</satisfies></some>', True),
        ('<every iteratorVariable="rad nr"><in>{0}</in><satisfies>{1}</satisfies></every>', False),
        ('<for iteratorVariable="rad nr"><in>{0}</in><return>{1}</return></for>', [False, True]),
    ],
)
def test_loops_over_variables_with_spaces(body: str, expected: object) -> None:
    shape = body.format(feel("[1, 2]"), feel("rad nr > 1"))
    assert decide(decision(shape)) == expected


@pytest.mark.parametrize(
    ("source", "condition", "expected"),
    [
        ("[]", "true", False),
        ("null", "true", None),
        ("5", "x = 5", True),
        ("[1..3]", "x = 3", True),
        ("[1, null]", "x > 1", None),
        ("[null, 2]", "x > 1", True),
        ("[1, 2]", '"a"', None),
        ('["a"]', "x > 1", None),
    ],
)
def test_boxed_some_is_three_valued(source: str, condition: str, expected: object) -> None:
    shape = '<some iteratorVariable="x"><in>{0}</in><satisfies>{1}</satisfies></some>'
    assert decide(decision(shape.format(feel(source), feel(condition)))) is expected


def test_loops_and_conditions_inside_each_other() -> None:
    inner = (
        f"<conditional><if>{feel('x > 1')}</if><then>{feel('x * 10')}</then>"
        f"<else>{feel('count(partial)')}</else></conditional>"
    )
    body = f'<for iteratorVariable="x"><in>{feel("[1, 2, 1]")}</in><return>{inner}</return></for>'
    outer = f"<filter><in>{body}</in><match>{feel('item > 0')}</match></filter>"
    assert decide(decision(outer)) == [20, 2]


def test_partial_is_a_list_of_its_own() -> None:
    parts = f"<in>{feel('[1, 2]')}</in><return>{feel('partial')}</return>"
    body = f'<for iteratorVariable="x">{parts}</for>'
    assert decide(decision(body)) == [[], [[]]]


def test_the_type_of_any_boxed_expression_is_kept() -> None:
    types = item("tTal", "number", many=True)
    assert decide(types, decision(f'<list typeRef="tTal">{feel("1")}</list>')) == [1]
    wrong = decision(f'<list typeRef="tTal">{feel(chr(34) + "x" + chr(34))}</list>')
    assert decide(types, wrong, mode="null") is None
    one = decision(
        invocation("sum", list=feel("[1, 2]")).replace(
            "<invocation>", '<invocation typeRef="tTal">'
        )
    )
    assert decide(types, one) == [3]


def test_services_hide_what_is_inside() -> None:
    parts = [
        input_data("x", "number"),
        literal("inre", "x + 1", needs=["input:x"]),
        literal("yttre", "inre * 2", needs=["inre"]),
        service("tjänst", ["yttre"], inputs=["x"]),
        service("tjänst två", ["yttre"], decisions=["inre"]),
    ]
    call = literal("dec", "[tjänst(1), tjänst(x: 2), tjänst två(5), tjänst()]",
                   needs=["bkm:tjänst", "bkm:tjänst två"])  # fmt: skip
    assert decide(*parts, call) == [4, 6, 10, None]
