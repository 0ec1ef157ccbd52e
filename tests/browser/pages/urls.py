"""The URLs of the example project, and a form outside the admin for whoever has the permission."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.urls import path
from django.views.generic import CreateView, UpdateView

from config.urls import urlpatterns as example
from tests.browser.pages.admin import autocomplete_site, rawid_site
from tests.browser.pages.models import Page

FIELDS = ("title", "medium", "category", "live_stream")


class AddPage(LoginRequiredMixin, CreateView):
    model = Page
    fields = FIELDS
    template_name = "pages/form.html"
    success_url = "/pages/{id}/"


class ChangePage(LoginRequiredMixin, UpdateView):
    model = Page
    fields = FIELDS
    template_name = "pages/form.html"
    success_url = "/pages/{id}/"


urlpatterns = [
    path("login/", LoginView.as_view(template_name="pages/login.html", next_page="/pages/add/"), name="login"),
    path("pages/add/", AddPage.as_view()),
    path("pages/<int:pk>/", ChangePage.as_view()),
    path("rawid/", rawid_site.urls),
    path("autocomplete/", autocomplete_site.urls),
    *example,
]
