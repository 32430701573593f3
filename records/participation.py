"""Who took part in a follow-up, with a reason for each who did not (R-084)."""

from collections.abc import Iterable

from records.answers import Answers

WORDS = {
    "enskild": "den enskilde",
    "utforare": "utföraren",
    "handlaggare": "handläggaren",
}


def participation(answers: Answers, parties: Iterable[str]) -> dict[str, dict[str, object]]:
    """Read ``deltog_<part>`` and ``deltog_<part>_orsak``; missing reasons are noted.

    Args:
        answers: The follow-up form.
        parties: Of ``enskild``, ``utforare``, ``handlaggare``.
    """
    found: dict[str, dict[str, object]] = {}
    for party in parties:
        took_part = answers.yes(f"deltog_{party}")
        reason = answers.text(f"deltog_{party}_orsak")
        if not took_part and not reason:
            answers.refuse(
                f"deltog_{party}_orsak",
                "participation_reason_missing",
                f"Ange varför {WORDS[party]} inte deltog.",
            )
        found[party] = {"deltog": took_part, "orsak": reason}
    return found
