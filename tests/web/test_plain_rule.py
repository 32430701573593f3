"""Staff read the rules of the tables in plain words; the ids stand for whoever changes them."""

import re

import pytest
from django.conf import settings

from engine.written import written_decisions
from web.plain_rule import plain_rule

INTERNAL = re.compile(r"\b[RKLPW]-?\d|\bLOKAL\b|\bdomain\b|\([):,]|^[.,:;)]|[:;,] ?[:;,.]")


@pytest.mark.parametrize(
    ("written", "words", "ids"),
    [
        ("R-042: minst tio.", "Minst tio.", ("R-042",)),
        ("LOKAL: två på 30 dagar.", "Kommunens egen regel: två på 30 dagar.", ()),
        ("LOKAL; ska stämma.", "Kommunens egen regel; ska stämma.", ()),
        (
            "LOKAL delegationsordning. Insatser.",
            "Kommunens egen delegationsordning. Insatser.",
            (),
        ),
        (
            "R-041, R-212c: mer än tio procent (LOKAL): åtgärder beslutas.",
            "Mer än tio procent (kommunens egen regel): åtgärder beslutas.",
            ("R-041", "R-212c"),
        ),
        ("R-184…R-188. Driftsformen.", "Driftsformen.", ("R-184", "R-188")),
        ("FL 12 § (L-05): skriftlig begäran.", "FL 12 §: skriftlig begäran.", ("L-05",)),
        ("L-34 (LBP 10 §). Kort tid.", "LBP 10 §. Kort tid.", ("L-34",)),
        ("Så nära (domain 5.2, P-2 och P-9). Antalet.", "Så nära. Antalet.", None),
        ("K-10: 17 kap. är inte läst (Q4).", "17 kap. är inte läst.", ("K-10", "Q4")),
        ("Bara kopior. R-185: samtycke först.", "Bara kopior. Samtycke först.", ("R-185",)),
        ("60 dagar från i dag", "60 dagar från i dag", ()),
        ("En dag (W3: den brådskar).", "En dag (den brådskar).", ("W3",)),
        ("Sagt (LBP 7 a §). : en jurist.", "Sagt (LBP 7 a §). En jurist.", ()),
        ("R-195, R-196.", "", ("R-195", "R-196")),
    ],
)
def test_ids_leave_the_sentence(written, words, ids):
    said, found = plain_rule(written)
    assert said == words
    if ids is not None:
        assert found == ids


def test_no_table_of_the_edition_says_an_id_to_staff():
    for path in sorted(settings.PROCESSES_DIR.glob("dmn/*.dmn")):
        for table in written_decisions(path.read_bytes(), path.name):
            for text in (table.about, *(row.text for row in table.rows)):
                assert not INTERNAL.search(plain_rule(text)[0]), (path.name, plain_rule(text)[0])
