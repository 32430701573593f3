"""What a refusal means, by its code, for the person who meets it: one sentence, and what to do.

The layers below say it with identifiers, for logs and other systems. A code that has its words
with the error itself (``svenska``) is not here. ``NEVER_MET`` are those that no page leads to.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

SENTENCES: Final[Mapping[str, str]] = {
    # Of tasks and processes (cases)
    "task_already_completed": gettext_noop(
        "Uppgiften är redan klar. Någon hann före, eller så sändes den igen."
    ),
    "task_not_open": gettext_noop("Uppgiften är inte öppen längre. Läs ärendet igen."),
    "stale_version": gettext_noop(
        "Uppgiften har ändrats sedan du läste den. Det du skrev står kvar."
    ),
    "task_claimed": gettext_noop("En kollega har tagit uppgiften."),
    "four_eyes": gettext_noop(
        "Uppgiften ska göras av en annan person än den som gjorde steget före."
    ),
    "user_unknown": gettext_noop("Kollegan kan inte ta uppgiften. Välj någon annan."),
    "process_stopped": gettext_noop(
        "Systemet kunde inte gå vidare. Inget är sparat, och felet är anmält."
    ),
    "answers_invalid": gettext_noop(
        "Något av svaren kan inte tas emot. Rätta det som är markerat."
    ),
    "reason_needed": gettext_noop("Något som bör göras är inte gjort. Ange skäl, eller fyll i."),
    "idempotency_conflict": gettext_noop(
        "Sidan har redan sänts, med annat innehåll. Läs om den innan du skickar igen."
    ),
    "process_unavailable": gettext_noop(
        "Processen gäller inte i dag. Fråga den som ansvarar för ledningssystemet."
    ),
    "local_value_missing": gettext_noop(
        "Kommunen har inte beslutat ett värde som processen behöver. Se Kommunens värden."
    ),
    "start_refused": gettext_noop(
        "Det går inte att starta här. Kontrollera att du har valt rätt ärende och enhet."
    ),
    "message_refused": gettext_noop(
        "Beskedet kan inte lämnas nu. Läs ärendet igen: något har ändrats."
    ),
    "receiver_unknown": gettext_noop(
        "Det går inte att se vem som ska få beskedet. Fråga systemförvaltaren."
    ),
    "instance_ended": gettext_noop("Det här är redan avslutat. Läs ärendet igen."),
    "capability_unknown": gettext_noop(
        "Systemet kan inte göra steget. Inget är sparat. Fråga systemförvaltaren."
    ),
    "capability_input": gettext_noop(
        "Systemet saknar en uppgift för att gå vidare. Inget är sparat. Fråga systemförvaltaren."
    ),
    "capability_failed": gettext_noop(
        "Systemet kunde inte göra steget. Inget är sparat. Försök igen, eller fråga"
        " systemförvaltaren."
    ),
    "storage_refused": gettext_noop(
        "Uppgiften gick inte att spara: den stämmer inte med det som redan finns. Läs ärendet igen."
    ),
    "undertaking_missing": gettext_noop(
        "Din sekretessförbindelse är inte skriven under. Skriv under den först."
    ),
    "reason_invalid": gettext_noop("Välj ett av skälen i listan."),
    # Of closing (records)
    "final_note_missing": gettext_noop(
        "Akten kan inte stängas förrän slutanteckningen är skriven och signerad."
    ),
    "uppdrag_pending": gettext_noop(
        "Ärendet har ett uppdrag som inte är besvarat. Ta tillbaka uppdraget eller vänta på svaret."
    ),
    "closing_reason_missing": gettext_noop(
        "Varför ärendet avslutas ska stå i myndighetens journal. Ange avslutsorsaken först."
    ),
    "arende_closed": gettext_noop("Ärendet är avslutat. Ett nytt behov blir ett nytt ärende."),
    "akt_without_owner": gettext_noop(
        "Någon akt saknar den som ska förvara den. Bestäm det för varje akt först."
    ),
    "akt_still_open": gettext_noop(
        "Enheten har en öppen akt. Avsluta den eller byt utförare först."
    ),
    "tasks_still_open": gettext_noop(
        "Enheten har öppna uppgifter. Fördela om dem eller gör dem klara först."
    ),
    "akt_gallrad": gettext_noop("Akten är gallrad. Det som finns kvar är gallringsprotokollet."),
    "archive_receipt_missing": gettext_noop(
        "Akten ska bevaras och mottagaren har inte kvitterat den. Registrera kvittensen först."
    ),
    "akt_is_kept": gettext_noop("Akten ska bevaras. Den kan inte gallras."),
    "provider_not_gone": gettext_noop(
        "Utföraren finns kvar och skriver slutanteckningen själv. Du gör det bara när enheten är"
        " registrerad som upphörd."
    ),
    "provider_missing": gettext_noop(
        "Ingen ny utförare har tagit emot hela uppdraget. Den gamla fortsätter så länge."
    ),
    # Of control of one's own work
    "not_the_reviewer": gettext_noop("Akten granskas av en kollega. Hen skriver i granskningen."),
    "reviewer_is_author": gettext_noop(
        "Den som har skrivit i akten granskar den inte. Låt en kollega göra det."
    ),
    "reviewer_is_reader": gettext_noop(
        "Ingen bedömer sina egna läsningar. Låt en kollega göra det."
    ),
    "control_settled": gettext_noop("Det är fastställt eller signerat och ändras inte längre."),
    "control_not_done": gettext_noop("Något är inte granskat än, eller oklart. Gör det först."),
    # Of decisions, uppdrag and plans
    "uppdrag_not_open": gettext_noop(
        "Uppdraget har ändrats och steget passar inte längre. Läs uppdraget igen."
    ),
    "uppdrag_without_need_or_goal": gettext_noop(
        "Minst en insats i uppdraget saknar behov eller mål. Ange det först."
    ),
    "avgorande_already": gettext_noop(
        "En begäran om avgörande har redan prövats i ärendet. Lagen ger den möjligheten en gång"
        " (FL 12 §)."
    ),
    "decision_not_made": gettext_noop(
        "Inget beslut är registrerat i ärendet. Fatta beslutet först, och svara sedan."
    ),
    "no_running_utredning": gettext_noop(
        "Det finns ingen annan öppen utredning om personen. Välj något annat."
    ),
    "already_decided": gettext_noop(
        "Det är redan beslutat om en utredning ska inledas. Läs ärendet igen."
    ),
    "no_plan": gettext_noop("Det finns ingen plan som steget passar för. Läs planen igen."),
    "no_anchor": gettext_noop(
        "Det finns ingen dag att räkna uppföljningen från: stödet har inte börjat, planen är inte"
        " fastställd och inget är uppföljt."
    ),
    "not_within_delegation": gettext_noop(
        "Beslutet ligger inte inom din delegation. Lämna över uppgiften till den som får fatta det."
    ),
    "livsomraden_incomplete": gettext_noop(
        "Alla livsområden är inte markerade i utredningen. Markera vart och ett först."
    ),
    # Of the quality work
    "lexsarah_not_independent": gettext_noop(
        "Den som har rapporterat händelsen, eller arbetar där den hände, utreder den inte. Välj"
        " någon annan."
    ),
    "lexsarah_open": gettext_noop(
        "Rapporten är inte utredd och avgjord än. Gör det innan den avslutas."
    ),
    "lexsarah_ivo_missing": gettext_noop(
        "Anmälan till IVO, eller utredningen till den, är inte skickad. Skicka den först."
    ),
    "lexsarah_feedback_missing": gettext_noop(
        "Någon har inte fått besked: rapportören, den enskilde eller personalen. Lämna beskedet,"
        " eller skriv varför inte."
    ),
    "stage_missing": gettext_noop("Ett steg är inte gjort än. Gå igenom stegen i ordning."),
    "atgard_open": gettext_noop("En åtgärd pågår ännu. Avsluta den först."),
    "atgard_not_open": gettext_noop(
        "Åtgärden är avslutad eller har kommit till ett annat steg. Läs den igen."
    ),
    "risk_needs_plan": gettext_noop(
        "En risk i den klassen ska ha en handlingsplan. Upprätta den först."
    ),
    "riskanalys_faststalld": gettext_noop(
        "Riskanalysen är fastställd och ändras inte. Börja en ny."
    ),
    # Of secrecy and protection
    "person_deceased": gettext_noop("Personen är avliden. Inget mer skickas."),
    "person_protected": gettext_noop(
        "Personen har skyddade uppgifter. Den som är utsedd för ärendet gör det."
    ),
    "protection_changed": gettext_noop(
        "Skyddet har ändrats sedan det bedömdes. Läs ärendet igen och bedöm på nytt."
    ),
    "protection_busy": gettext_noop(
        "Någon ändrar just nu skyddet för samma person. Vänta en stund och försök igen."
    ),
    "consent_missing": gettext_noop(
        "Inget samtycke som gäller täcker det som ska lämnas ut. Inhämta det först."
    ),
    "disclosure_stopped": gettext_noop(
        "Utlämnandet är stoppat eller nekat. Pröva på nytt innan något lämnas ut."
    ),
    "compilation_refused": gettext_noop(
        "En sammanställning får inte innehålla sådana uppgifter för det ändamålet."
    ),
    "person_needed": gettext_noop("Steget ska göras av en person. Öppna uppgiften och gör det."),
    "needs_second_person": gettext_noop(
        "Två personer behövs: den som begär bekräftar inte själv. Låt en kollega bekräfta."
    ),
    "individual_documentation_required": gettext_noop(
        "Nämnden har inte undantagit insatsen. Vem som deltar ska dokumenteras."
    ),
    "identity_not_allowed": gettext_noop(
        "I den här insatsen får ingen kunna pekas ut. Ta bort det som säger vem det är."
    ),
    # Of any record
    "record_not_found": gettext_noop(
        "Det finns inte här, eller hör till en annan enhet. Läs ärendet igen."
    ),
    "configuration_missing": gettext_noop(
        "Något saknas i den fastställda utgåvan. Inget är sparat. Fråga systemförvaltaren."
    ),
    "record_refused": gettext_noop(
        "Ändringen stämmer inte med det som redan är dokumenterat. Inget är sparat. Läs ärendet"
        " igen."
    ),
}

NEVER_MET: Final[Mapping[str, str]] = {
    "case_error": "the base of them all",
    "not_found": "a page of its own (web.door)",
    "not_permitted": "a page of its own (web.door)",
    "bundle_refused": "kedja deploy",
    "message_internal": "POST /api/v1/messages/",
}
"""Codes without a sentence, and where they are met instead."""
