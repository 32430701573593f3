"""Files as the modelling tools write them load unchanged."""

import pytest

from engine.dmn import DmnParseError, parse_decisions

# dmn-js and Camunda Modeler 4 and 5: DMN 1.3, extension attributes, no names, empty cells,
# annotations, drawing information
CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
  xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/"
  xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="Definitions_1" name="DRD" namespace="http://camunda.org/schema/1.0/dmn"
  exporter="Camunda Modeler" exporterVersion="5.0.0"
  modeler:executionPlatform="Camunda Platform" {language}>
  <inputData id="InputData_1" name="&#197;lder" />
  <knowledgeSource id="KnowledgeSource_1" name="Lagen">
    <authorityRequirement id="AuthorityRequirement_1">
      <requiredInput href="#InputData_1" />
    </authorityRequirement>
  </knowledgeSource>
  <decision id="Decision_1" name="Klass 1" camunda:historyTimeToLive="180"
    camunda:versionTag="2">
    <extensionElements><camunda:other name="x &lt; y"/></extensionElements>
    <informationRequirement id="InformationRequirement_1">
      <requiredInput href="#InputData_1" />
    </informationRequirement>
    <authorityRequirement id="AuthorityRequirement_2">
      <requiredAuthority href="#KnowledgeSource_1" />
    </authorityRequirement>
    <decisionTable id="DecisionTable_1" hitPolicy="{policy}" biodi:annotationsWidth="400">
      <input id="Input_1" label="&#197;lder" biodi:width="192" camunda:inputVariable="alder">
        <inputExpression id="InputExpression_1" typeRef="{kind}" {own}>
          <text>&#197;lder</text>
        </inputExpression>
        <inputValues><text></text></inputValues>
      </input>
      <output id="Output_1" label="Klass" typeRef="string" biodi:width="192">
        <outputValues><text>"barn","vuxen"</text></outputValues>
      </output>
      <annotation name="Varf&#246;r" />
      <rule id="DecisionRule_1">
        <description>Barn</description>
        <inputEntry id="UnaryTests_1"><text>&lt; 18</text></inputEntry>
        <outputEntry id="LiteralExpression_1"><text>"barn"</text></outputEntry>
        <annotationEntry><text>1 &#167;</text></annotationEntry>
      </rule>
      <rule id="DecisionRule_2">
        <inputEntry id="UnaryTests_2" {own}><text>&gt;= 18</text></inputEntry>
        <outputEntry id="LiteralExpression_2" {own}><text>"vuxen"</text></outputEntry>
        <annotationEntry><text></text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
  <textAnnotation id="TextAnnotation_1"><text>En kommentar &lt; 5</text></textAnnotation>
  <association id="Association_1">
    <sourceRef href="#Decision_1" /><targetRef href="#TextAnnotation_1" />
  </association>
  <decision id="Decision_2">
    <variable id="InformationItem_1" typeRef="string" />
    <informationRequirement>
      <requiredDecision href="#Decision_1" />
    </informationRequirement>
    <literalExpression id="LiteralExpression_3" {own}>
      <text>upper case(Klass 1)</text>
    </literalExpression>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="DMNDiagram_1" name="a - b">
      <dmndi:DMNShape id="DMNShape_1" dmnElementRef="Decision_1">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
      <dmndi:DMNEdge id="DMNEdge_1" dmnElementRef="InformationRequirement_1">
        <di:waypoint x="1" y="2" />
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>"""


def _file(
    *, kind: str = "number", policy: str = "UNIQUE", language: str = "", own: str = ""
) -> bytes:
    shown = {"language": language, "own": own}
    shown = {key: f'expressionLanguage="{text}"' if text else "" for key, text in shown.items()}
    return CAMUNDA.format(kind=kind, policy=policy, **shown).encode()


def _klass(content: bytes, age: object = 83) -> object:
    return parse_decisions(content).evaluate("Decision_1", {"Ålder": age}).value


@pytest.mark.parametrize("kind", ["number", "integer", "long", "double", "feel:number", "Any", ""])
def test_a_table_of_camunda_modeler(kind: str) -> None:
    model = parse_decisions(_file(kind=kind))
    result = model.evaluate("Decision_1", {"Ålder": 83})
    assert result.value == "vuxen"
    assert result.matched[0].rule == "DecisionRule_2"
    assert model.evaluate("Decision_2", {"Ålder": 7}).value == "BARN"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("UNIQUE", "vuxen"), ("FIRST", "vuxen"), ("RULE ORDER", ["vuxen"]), ("COLLECT", ["vuxen"])],
)
def test_hit_policies_as_they_are_written(policy: str, expected: object) -> None:
    assert _klass(_file(policy=policy)) == expected


def test_names_of_drawings_and_of_other_things_are_no_variables() -> None:
    text = "string({a: 3, b: 1, x: 1, y: 2, c: a - b, d: x &lt; y}.c)"
    content = _file().replace(b"upper case(Klass 1)", text.encode())
    assert parse_decisions(content).evaluate("Decision_2", {"Ålder": 7}).value == "2"


FEEL = [
    "feel",
    "FEEL",
    "http://www.omg.org/spec/FEEL/20140401",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
]


@pytest.mark.parametrize("language", FEEL)
def test_feel_by_each_of_its_names(language: str) -> None:
    assert _klass(_file(language=language)) == "vuxen"
    assert _klass(_file(own=language)) == "vuxen"


@pytest.mark.parametrize("language", ["juel", "groovy", "http://www.w3.org/1999/XPath", "notfeel"])
def test_no_other_language_is_read_as_feel(language: str) -> None:
    for content in (_file(language=language), _file(own=language)):
        with pytest.raises(DmnParseError, match="is not FEEL"):
            parse_decisions(content)


# As other tools write: every element prefixed, names beside ids, imports of schemas, CDATA
PREFIXED = """<dmn:definitions xmlns:dmn="http://www.omg.org/spec/DMN/20180521/MODEL/"
  xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/" xmlns:kie="http://example.org/kie"
  xmlns="http://example.org/egen" id="_1" name="egen" namespace="http://example.org/egen"
  typeLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/"
  expressionLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/">
  <dmn:extensionElements/>
  <dmn:import name="schema" namespace="urn:x" importType="http://www.w3.org/2001/XMLSchema"/>
  <dmn:itemDefinition id="_2" name="tPerson" isCollection="false">
    <dmn:itemComponent id="_3" name="full  name" isCollection="false">
      <dmn:typeRef> feel:string </dmn:typeRef>
    </dmn:itemComponent>
    <dmn:itemComponent id="_4" name="scores" isCollection="true">
      <dmn:typeRef>number</dmn:typeRef>
    </dmn:itemComponent>
  </dmn:itemDefinition>
  <dmn:itemDefinition id="_5" name="tPersons" isCollection="true">
    <dmn:typeRef>egen:tPerson</dmn:typeRef>
  </dmn:itemDefinition>
  <dmn:inputData id="_6" name="persons">
    <dmn:description>x</dmn:description>
    <dmn:extensionElements/>
    <dmn:variable id="_7" name="persons" typeRef="tPersons"/>
  </dmn:inputData>
  <dmn:decision id="_8" name="best">
    <dmn:description>x</dmn:description>
    <dmn:question>?</dmn:question>
    <dmn:allowedAnswers>any</dmn:allowedAnswers>
    <dmn:variable id="_9" name="best" typeRef="string"/>
    <dmn:informationRequirement id="_10">
      <dmn:requiredInput href="#_6"/>
    </dmn:informationRequirement>
    <dmn:literalExpression id="_11">
      <dmn:description>x</dmn:description>
      <dmn:text><![CDATA[
        // den som har högst
        sort(persons, function(x, y) max(x.scores) > max(y.scores))[1].full name
      ]]></dmn:text>
    </dmn:literalExpression>
    <kie:attachment url="" name="x"/>
  </dmn:decision>
</dmn:definitions>"""


def test_prefixed_elements_and_foreign_ones_between() -> None:
    people = [{"full name": "A", "scores": [1, 9]}, {"full name": "B", "scores": [10]}]
    model = parse_decisions(PREFIXED.encode())
    assert model.evaluate("_8", {"persons": people}).value == "B"
    assert model.evaluate("_8", {"persons": people[0]}).value == "A"


def test_a_missing_name_of_an_output_and_of_a_variable() -> None:
    result = parse_decisions(_file()).evaluate("Decision_1", {"Ålder": 1})
    assert result.matched[0].outputs == {"result": "barn"}
