"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.authtoken.views import obtain_auth_token

from api.views import cases, messages, starting, tasks

v1 = [
    path("process-definitions/", starting.ProcessDefinitionsView.as_view()),
    path("process-definitions/<slug:key>/start/", starting.StartProcessView.as_view()),
    path("cases/", cases.CasesView.as_view()),
    path("cases/<uuid:arende_id>/", cases.CaseView.as_view()),
    path("cases/<uuid:arende_id>/history/", cases.HistoryView.as_view()),
    path("cases/<uuid:arende_id>/journal/", cases.JournalView.as_view()),
    path("tasks/", tasks.TasksView.as_view()),
    path("tasks/<uuid:task_id>/", tasks.TaskDetailView.as_view()),
    path("tasks/<uuid:task_id>/claim/", tasks.ClaimView.as_view()),
    path("tasks/<uuid:task_id>/release/", tasks.ReleaseView.as_view()),
    path("tasks/<uuid:task_id>/delegate/", tasks.DelegateView.as_view()),
    path("tasks/<uuid:task_id>/complete/", tasks.CompleteView.as_view()),
    path("messages/", messages.MessagesView.as_view()),
    path("incidents/", messages.IncidentsView.as_view()),
    path("incidents/<uuid:incident_id>/retry/", messages.RetryView.as_view()),
]
urlpatterns = [
    path("api/v1/", include(v1)),
    path("api/token/", obtain_auth_token, name="token"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
]
