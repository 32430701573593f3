"""Addresses of the pages, in Swedish: people see them."""

from django.urls import path

from web.views import (
    case,
    diagram,
    frame,
    inbox,
    incident,
    ledningssystem,
    lexsarah,
    open_activity,
    paper,
    protection,
    starting,
    task,
    undertaking,
)

app_name = "web"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("logga-in/", frame.Login.as_view(), name="login"),
    path("logga-ut/", frame.Logout.as_view(), name="logout"),
    path("tillganglighet/", frame.accessibility, name="accessibility"),
    path("arenden/", case.cases, name="cases"),
    path("arenden/<uuid:arende_id>/", case.case, name="case"),
    path("arenden/<uuid:arende_id>/journal/", case.note, name="note"),
    path("arenden/<uuid:arende_id>/nodoppna/", protection.open_case, name="open_case"),
    path(
        "arenden/<uuid:arende_id>/handlingar/<slug:name>/<uuid:record>/",
        paper.paper,
        name="paper",
    ),
    path("arenden/<uuid:arende_id>/starta/<slug:key>/", starting.start, name="start_in_case"),
    path("paminnelser/<uuid:notice_id>/last/", inbox.notice_read, name="notice_read"),
    path("uppgifter/<uuid:task_id>/", task.task, name="task"),
    path("uppgifter/<uuid:task_id>/ta/", task.claim_task, name="claim"),
    path("uppgifter/<uuid:task_id>/slapp/", task.release_task, name="release"),
    path("uppgifter/<uuid:task_id>/lamna-over/", task.delegate_task, name="delegate"),
    path("rutiner/", ledningssystem.my_routines, name="routines"),
    path("ledningssystem/", ledningssystem.management_system, name="management_system"),
    path("lex-sarah/", lexsarah.lex_sarah_list, name="lex_sarah_list"),
    path("lex-sarah/<uuid:lex_sarah_id>/", lexsarah.lex_sarah, name="lex_sarah"),
    path("kommunens-varden/", ledningssystem.local_values, name="local_values"),
    path("sekretessforbindelse/", undertaking.undertaking, name="undertaking"),
    path("oppna-insatser/", open_activity.activities, name="open_activities"),
    path("oppna-insatser/<uuid:insats_id>/", open_activity.counter, name="counter"),
    path(
        "oppna-insatser/<uuid:insats_id>/angra/<uuid:visit_id>/",
        open_activity.undo,
        name="undo_visit",
    ),
    path("starta/", starting.processes, name="processes"),
    path("starta/<slug:key>/", starting.start, name="start"),
    path("stopp/", incident.incidents, name="incidents"),
    path("stopp/<uuid:incident_id>/forsok-igen/", incident.retry, name="retry"),
    path("diagram/<slug:bundle_hash>/<slug:key>.bpmn", diagram.diagram, name="diagram"),
]
