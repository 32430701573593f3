"""Addresses of the API."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from api.problems import UnknownView
from api.views import (
    cases,
    ledningssystem,
    lexsarah,
    messages,
    open_activities,
    papers,
    protection,
    risk,
    starting,
    tasks,
    token,
    undertakings,
)

v1 = [
    path("process-definitions/", starting.ProcessDefinitionsView.as_view()),
    path("process-definitions/<str:key>/start/", starting.StartProcessView.as_view()),
    path("cases/", cases.CasesView.as_view()),
    path("cases/<uuid:arende_id>/", cases.CaseView.as_view()),
    path("cases/<uuid:arende_id>/history/", cases.HistoryView.as_view()),
    path("cases/<uuid:arende_id>/journal/", cases.JournalView.as_view()),
    path("cases/<uuid:arende_id>/papers/<slug:paper>/<uuid:record>/", papers.PaperView.as_view()),
    path("cases/<uuid:arende_id>/emergency-access/", protection.EmergencyView.as_view()),
    path("cases/<uuid:arende_id>/address/", protection.AddressView.as_view()),
    path("tasks/", tasks.TasksView.as_view()),
    path("tasks/<uuid:task_id>/", tasks.TaskDetailView.as_view()),
    path("tasks/<uuid:task_id>/claim/", tasks.ClaimView.as_view()),
    path("tasks/<uuid:task_id>/release/", tasks.ReleaseView.as_view()),
    path("tasks/<uuid:task_id>/delegate/", tasks.DelegateView.as_view()),
    path("tasks/<uuid:task_id>/complete/", tasks.CompleteView.as_view()),
    path("management-system/", ledningssystem.ManagementSystemView.as_view()),
    path("routines/", ledningssystem.RoutinesView.as_view()),
    path("local-values/", ledningssystem.LocalValuesView.as_view()),
    path("undertakings/", undertakings.UndertakingsView.as_view()),
    path("risk-coverage/", risk.RiskCoverageView.as_view()),
    path("open-activities/", open_activities.OpenActivitiesView.as_view()),
    path("open-activities/<uuid:insats_id>/visits/", open_activities.VisitsView.as_view()),
    path("open-activities/<uuid:insats_id>/statistics/", open_activities.StatisticsView.as_view()),
    path("lex-sarah/", lexsarah.LexSarahReportsView.as_view()),
    path("lex-sarah/<uuid:lex_sarah_id>/", lexsarah.LexSarahReportView.as_view()),
    path("messages/", messages.MessagesView.as_view()),
    path("incidents/", messages.IncidentsView.as_view()),
    path("incidents/<uuid:incident_id>/retry/", messages.RetryView.as_view()),
]
urlpatterns = [
    path("api/v1/", include(v1)),
    path("api/token/", token.TokenView.as_view(), name="token"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    # Whatever else is asked for below api/ is answered as the API answers, not as a page.
    re_path(r"^api/", UnknownView.as_view()),
]
