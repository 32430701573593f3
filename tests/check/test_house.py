"""The house rules: an edition whose files agree, and everything that makes them disagree."""

import itertools
from collections.abc import Mapping

import pytest

from engine.check import check_files
from tests.check.diagrams import END, START, diagram, flow, lanes, node

MANIFEST = b"""
[utgava]
id = "u1"
valid_from = 2025-07-01
[[process]]
key = "p"
name = "P"
owner = "handlaggare"
organisation = "myndighet"
lagrum = ["ny.1"]
"""
ROLES = b"""
[[roll]]
id = "handlaggare"
name = "H"
organisation = "myndighet"
[[roll]]
id = "personal"
name = "P"
organisation = "utforare"
[[roll]]
id = "jurist"
name = "J"
organisation = "bada"
"""
LAW = b"""
[[lagrum]]
id = "ny.1"
text = "1"
norm = "LAG"
valid_from = 2025-07-01
status = "V"
[[lagrum]]
id = "gammal.1"
text = "1"
norm = "LAG"
valid_to = 2025-06-30
status = "V"
"""
MESSAGES = b"""
["uppdrag.skickat"]
key = "uppdrag"
receivers = "one"
kind = "start"
expires = "P5D"
late = "x"
double = "x"
"""
RULES = b"""
[[rule]]
id = "r1"
kind = "precedence"
name = "R"
lagrum = ["ny.1"]
modalitet = "ska"
norm = "LAG"
before = { process = "p", element = "T" }
after = { message = "uppdrag.skickat" }
"""
FORM = b'{"id": "f", "components": [{"type": "textfield", "key": "x", "label": "X"}]}'
TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="d"
 namespace="n"><decision id="t" name="t"><literalExpression><text>1</text></literalExpression>
 </decision></definitions>"""
THROW = node(
    "intermediateThrowEvent",
    "M",
    '<bpmn:messageEventDefinition messageRef="Message_1"/>',
)
MESSAGE = (
    '<bpmn:message id="Message_1" name="uppdrag.skickat"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=uppdrag"/></bpmn:extensionElements></bpmn:message>'
)


DUE = '<zeebe:taskSchedule dueDate="{}"/>'


def prop(name: str, value: str) -> str:
    return f'<zeebe:properties><zeebe:property name="{name}" value="{value}"/></zeebe:properties>'


def task(extra: str = "", form: str = "f") -> str:
    return node(
        "userTask", "T", "", f'<zeebe:formDefinition formId="{form}"/>{extra}', name="Granska"
    )


def process(*body: str, lane: str = "Lane_handlaggare", names: str = "T M") -> bytes:
    path = ["S", *names.split(), "E"]
    flows = [flow(a, b) for a, b in itertools.pairwise(path)]
    return diagram(START, lanes(**{lane: "T"}), *body, END, *flows, before=MESSAGE)


def edition(**changes: bytes | None) -> dict[str, bytes]:
    files = {
        "bpmn/p.bpmn": process(task(), THROW),
        "dmn/t.dmn": TABLE,
        "forms/f.form": FORM,
        "terms/roller.toml": ROLES,
        "manifest.toml": MANIFEST,
        "lagrum.toml": LAW,
        "messages.toml": MESSAGES,
        "rules/r.toml": RULES,
        "instructions/T.toml": b"vad = 'v'\nhur = 'h'\nvem = 'v'\nlagrum = ['ny.1']",
    }
    for name, content in changes.items():
        path = name.replace("__", "/").replace("_dot_", ".")
        if content is None:
            del files[path]
        else:
            files[path] = content
    return files


def errors(files: Mapping[str, bytes], capabilities: frozenset[str] | None = None) -> set[str]:
    reports = check_files(files, capabilities=capabilities, profile=True)
    return {
        f"{report.path}:{finding.element}:{finding.code}"
        for report in reports
        for finding in report.findings
        if finding.severity == "error"
    }


def with_diagram(*body: str, **rest: str) -> dict[str, bytes]:
    return edition(bpmn__p_dot_bpmn=process(*body, **rest))


def test_an_edition_that_agrees_has_no_error() -> None:
    assert errors(edition()) == set()


def test_the_same_files_bind_under_processes_and_warn_elsewhere() -> None:
    bad = process(node("userTask", "T", name="G"), THROW).replace(b"Camunda Cloud", b"X")
    (inside,) = check_files({"processes/bpmn/p.bpmn": bad})
    (outside,) = check_files({"annat/p.bpmn": bad})
    assert "task_without_form" in {f.code for f in inside.findings if f.severity == "error"}
    assert outside.ok
    assert "task_without_form" in {f.code for f in outside.findings}


def test_user_task_needs_lane_and_form() -> None:
    bare = diagram(START, node("userTask", "T"), END, flow("S", "T"), flow("T", "E"), process="p")
    assert {"bpmn/p.bpmn:T:task_without_lane", "bpmn/p.bpmn:T:task_without_form"} <= errors(
        edition(bpmn__p_dot_bpmn=bare)
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (task(form="borta"), "unknown_form"),
        (task(prop("lagrum", "borta.1")), "unknown_citation"),
        (task(prop("lagrum", "ny.1, gammal.1")), "expired_citation"),
        (task(prop("instruktion", "borta")), "unknown_instruction"),
        (task(prop("underlag", "borta")), "unknown_prepared"),
        (task(prop("underlag", "T")), "unknown_prepared"),
        (task(prop("frist", "flyttas")), "limit_cannot_move"),
        (task(DUE.format("=today()") + prop("frist", "flyttas")), "limit_cannot_move"),
        (task(DUE.format("=dag") + prop("frist", "kanske")), "limit_cannot_move"),
        (task('<zeebe:assignmentDefinition candidateGroups="borta"/>'), "unknown_role"),
        (
            task('<zeebe:assignmentDefinition candidateGroups="handlaggare,personal"/>'),
            "other_organisation",
        ),
    ],
)
def test_what_a_user_task_refers_to(body: str, code: str) -> None:
    assert errors(with_diagram(body, THROW)) == {f"bpmn/p.bpmn:T:{code}"}


@pytest.mark.parametrize(
    ("lane", "code"),
    [
        ("Lane_personal", "other_organisation"),
        ("Lane_borta", "unknown_role"),
        ("Handlaggare", "lane_without_role"),
    ],
)
def test_lanes_are_roles_of_the_own_organisation(lane: str, code: str) -> None:
    assert errors(with_diagram(task(), THROW, lane=lane)) == {f"bpmn/p.bpmn:{lane}:{code}"}


def test_a_role_of_both_may_have_a_lane_anywhere() -> None:
    assert errors(with_diagram(task(), THROW, lane="Lane_jurist")) == set()


@pytest.mark.parametrize(
    ("lane", "groups", "codes"),
    [
        ("Lane_jurist", "", set()),
        ("Lane_handlaggare", "", {"bpmn/p.bpmn:Lane_handlaggare:other_organisation"}),
        ("Lane_jurist", "handlaggare, personal", set()),
        ("Lane_jurist", "personal", {"bpmn/p.bpmn:T:other_organisation"}),
    ],
)
def test_a_process_of_either_kind_has_roles_of_both(
    lane: str, groups: str, codes: set[str]
) -> None:
    assigned = f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>' if groups else ""
    files = with_diagram(task(assigned), THROW, lane=lane)
    either = MANIFEST.replace(b'organisation = "myndighet"', b'organisation = "bada"')
    assert errors({**files, "manifest.toml": either}) == codes


def more(body: str) -> dict[str, bytes]:
    return with_diagram(task(), THROW, body, names="T M X")


def test_capabilities() -> None:
    files = more(node("serviceTask", "X", "", '<zeebe:taskDefinition type="akt.stang"/>'))
    assert errors(files) == set()
    assert errors(files, frozenset({"akt.stang"})) == set()
    assert errors(files, frozenset({"annan"})) == {"bpmn/p.bpmn:X:unknown_capability"}
    assert errors(more(node("serviceTask", "X"))) == {"bpmn/p.bpmn:X:task_without_capability"}


def test_decisions() -> None:
    called = '<zeebe:calledDecision decisionId="{}" resultVariable="r"/>'
    assert errors(more(node("businessRuleTask", "X", "", called.format("t")))) == set()
    assert errors(more(node("businessRuleTask", "X", "", called.format("borta")))) == {
        "bpmn/p.bpmn:X:unknown_decision"
    }
    assert errors(more(node("businessRuleTask", "X"))) == {"bpmn/p.bpmn:X:task_without_decision"}


def test_calls() -> None:
    call = node("callActivity", "X", "", '<zeebe:calledElement processId="borta"/>')
    assert errors(more(call)) == {"bpmn/p.bpmn:X:unknown_process"}


def test_start_form() -> None:
    start = node("startEvent", "S", "", '<zeebe:formDefinition formId="borta"/>')
    content = process(task(), THROW).replace(START.encode(), start.encode())
    assert errors(edition(bpmn__p_dot_bpmn=content)) == {"bpmn/p.bpmn:S:unknown_form"}


def test_messages_are_listed() -> None:
    files = edition(messages_dot_toml=MESSAGES.replace(b"uppdrag.skickat", b"annat.namn"))
    found = errors(files)
    assert "bpmn/p.bpmn:M:message_not_listed" in found
    assert "rules/r.toml:r1:message_not_listed" in found


def test_the_process_is_named_as_its_file_and_in_the_manifest() -> None:
    found = errors(edition(bpmn__q_dot_bpmn=process(task(), THROW).replace(b'"p"', b'"x"')))
    assert found == {"bpmn/q.bpmn:x:process_id", "bpmn/q.bpmn:x:not_in_manifest"}


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("manifest.toml", b'"handlaggare"', b'"borta"', "p:unknown_role"),
        ("manifest.toml", b'key = "p"', b'key = "q"', "q:unknown_process"),
        ("manifest.toml", b'"ny.1"', b'"gammal.1"', "p:expired_citation"),
        ("manifest.toml", b"[[process]]", b"[process]", ":data_file_invalid"),
        ("rules/r.toml", b'element = "T"', b'element = "U"', "r1:unknown_element"),
        ("rules/r.toml", b'process = "p"', b'process = "q"', "r1:unknown_process"),
        ("rules/r.toml", b'"ny.1"', b'"borta.1"', "r1:unknown_citation"),
        ("rules/r.toml", b"precedence", b"ibland", ":data_file_invalid"),
        ("instructions/T.toml", b"ny.1", b"borta.1", "lagrum:unknown_citation"),
        ("instructions/T.toml", b"hur", b"varf\xc3\xb6r", ":data_file_invalid"),
        ("forms/f.form", b'"id": "f"', b'"id": "g"', "g:form_id"),
        ("forms/f.form", b'"label": "X"', b'"label": ""', "x:field_without_label"),
        (
            "forms/f.form",
            b'"label": "X"',
            b'"label": "X", "properties": {"lagrum": "gammal.1"}',
            "x:expired_citation",
        ),
        ("terms/roller.toml", b"bada", b"alla", ":data_file_invalid"),
        ("messages.toml", b"P5D", b"fem dagar", ":data_file_invalid"),
        ("lagrum.toml", b"2025-06-30", b"igar", ":data_file_invalid"),
    ],
)
def test_data_files(path: str, old: bytes, new: bytes, code: str) -> None:
    files = edition()
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    assert f"{path}:{code}" in errors(files)


def test_an_edition_is_utf8_without_invisible_characters() -> None:
    content = (
        process(task(), THROW).decode().replace("UTF-8", "ISO-8859-1").replace("Granska", "Åtgärda")
    )
    files = edition(bpmn__p_dot_bpmn=content.encode("latin-1"))
    assert errors(files) == {"bpmn/p.bpmn::not_utf8"}
    hidden = edition(forms__f_dot_form=FORM.replace(b'"X"', '"X\u202e"'.encode()))
    assert errors(hidden) == {"forms/f.form::hidden_character"}
    escaped = edition(forms__f_dot_form=FORM.replace(b'"X"', b'"X\\u202e"'))
    assert errors(escaped) == {"forms/f.form::hidden_character"}
    terms = {**edition(), "terms/ordlista.toml": b'a = "b\\u200b"'}
    assert errors(terms) == {"terms/ordlista.toml::hidden_character"}


def test_a_frozen_edition_stands_on_its_own() -> None:
    old = {f"utgavor/u0/{path}": content for path, content in edition().items()}
    assert errors({**edition(), **old}) == set()
    del old["utgavor/u0/forms/f.form"]
    assert errors({**edition(), **old}) == {"utgavor/u0/bpmn/p.bpmn:T:unknown_form"}


def test_a_draft_outside_may_refer_to_the_edition() -> None:
    draft = process(task(prop("lagrum", "ny.1")), THROW)
    beside = {f"processes/{path}": content for path, content in edition().items()}
    (alone,) = check_files({"utkast/p.bpmn": draft})
    (found,) = check_files({"utkast/p.bpmn": draft}, neighbours=beside)
    assert {f.code for f in alone.findings if f.severity == "error"} == {"unknown_form"}
    assert found.ok
    expired = draft.replace(b"ny.1", b"gammal.1")
    (found,) = check_files({"utkast/p.bpmn": expired}, neighbours=beside)
    assert {f.code for f in found.findings if f.severity == "error"} == {"expired_citation"}
