"""What Wagtail's chooser asks for with each letter typed."""

from __future__ import annotations

from django.urls import path
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChosenView

from bench.chooser.models import ShelvedVideo

results = ChooseResultsView.as_view(model=ShelvedVideo, results_url_name="results", chosen_url_name="chosen")
urlpatterns = [
    path("chooser/results/", results, name="results"),
    path("chooser/<path:pk>/", ChosenView.as_view(model=ShelvedVideo), name="chosen"),
]
