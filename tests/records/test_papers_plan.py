"""The genomförandeplan on paper: what staff work from and the person is given."""

import pytest

from records.models import PlanVersion
from records.queries import paper_file
from tests.papers.reading import Pdf, squeezed
from tests.records.chain import plan

pytestmark = pytest.mark.django_db
FORM = "planera_med_den_enskilde"
ACTIVITY = {
    "mal": 1,
    "vad": "Dusch",
    "hur": "Med stöd vid ryggen",
    "nar": "Kväll efter klockan sju",
    "dagar": ["mandag", "torsdag"],
    "tider": ["kvall"],
    "vem": "Kvällspersonalen",
    "stodform": "stodjande",
    "aktivitetsmal": "Tvättar håret själv",
}
CARE = {
    "mal": 2,
    "vad": "Ögondroppar",
    "hur": "Påminns",
    "nar": "Morgon",
    "dagar": ["mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag"],
    "vem": "Morgonpersonalen",
    "typ": "egenvard",
    "egenvard_underlag": "Sjuksköterskans bedömning den 3 augusti",
}
WHOLE = plan(
    deltagare=[
        {"namn": "Astrid Ekholt", "roll": "den_enskilde"},
        {
            "namn": "Göran Vestman",
            "roll": "stallforetradare",
            "behorighet": "god_man",
            "behorighet_underlag": "Registerutdrag visat",
        },
    ],
    mal=[
        {"uppdragsmal": "1", "mal": "Duschar tre kvällar", "eget_mal": "Jag vill känna mig fräsch"},
        {"uppdragsmal": "2", "mal": "Larmet fungerar"},
    ],
    aktiviteter=[ACTIVITY, CARE],
    hanvisningar=[{"typ": "hsl_plan", "hanvisning": "Rehabplan på vårdcentralen"}],
    samverkansbehov="ja",
    samverkan="Vårdcentralen om såren",
    samverkan_kontakt="Samordnad plan från juli",
)


def shown(chain):
    """The latest version as enhetschefen reads it."""
    _, actor = chain.actor("enhetschef")
    version = PlanVersion.objects.latest("nummer")
    found = paper_file(actor, chain.arende, "genomforandeplan", version.pk, now=chain.now)
    return squeezed(Pdf(found.content).text())


@pytest.fixture
def written(paper_chain):
    """A plan with every part, written in the edition's own form."""
    paper_chain.running().form_id = FORM
    paper_chain.planned(**WHOLE).form_id = "prov"
    return paper_chain


def test_r102_staff_can_work_from_the_plan_on_paper(written):
    text = shown(written)
    for said in ("vad", "hur", "nar", "vem", "aktivitetsmal"):
        assert squeezed(ACTIVITY[said]) in text, said
    assert "Måndag,Torsdag–Kväll" in text
    assert "Varjedag" in text
    assert "Stödjande:denenskildegörmedstöd" in text
    assert squeezed(CARE["egenvard_underlag"]) in text
    order = [text.index(squeezed(said)) for said in ("Duschar tre", "Dusch", "Larmet fungerar")]
    assert text.index(squeezed(ACTIVITY["hur"])) < order[2] < text.index("Ögondroppar")


def test_r101_r107_what_is_referred_to_and_with_whom_stand_on_paper(written):
    text = shown(written)
    assert "Planihälso-ochsjukvården:Rehabplanpåvårdcentralen" in text
    assert "Vårdcentralenomsåren" in text
    assert "Samordnadplanfrånjuli" in text


def test_r103_the_right_to_act_for_the_person_is_told_in_words(written):
    text = shown(written)
    assert "god_man" not in text
    assert "Registerutdragvisat" in text
    assert "Jagvillkännamigfräsch" in text


def test_r110_a_version_of_a_follow_up_says_the_same_in_the_same_words(written):
    written.established().later(days=30).followed_up()
    text = shown(written)
    assert "Stödjande:denenskildegörmedstöd" in text
    assert "Måndag,Torsdag–Kväll" in text
    assert "stodjande" not in text
    assert "Planihälso-ochsjukvården" in text


def test_r092_the_person_reads_the_days_in_words_in_her_extract(written):
    _, actor = written.actor("enhetschef")
    found = paper_file(actor, written.arende, "registerutdrag", written.arende, now=written.now)
    text = squeezed(Pdf(found.content).text())
    assert "Måndag,Torsdag" in text
    assert "Kväll" in text
    assert "mandag" not in text
