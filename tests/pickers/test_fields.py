"""The fields for host models: plain foreign keys to the database, pickers to forms."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import F
from django.db.models.functions import Lower
from django.forms import Select, modelform_factory
from django.test.utils import isolate_apps

from django_twentythree.admin.photo import PhotoAdmin
from django_twentythree.fields import AlbumField, LiveStreamField, PhotoField, VideoField
from django_twentythree.models import Album, LiveStream, OrderedPhoto, Photo
from django_twentythree.pickers.forms import AlbumChoiceField, LiveStreamChoiceField, PhotoChoiceField
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.testing.factories import PhotoFactory
from showcase.models import Article, RelatedVideo


@pytest.mark.parametrize(
    ("field", "form_field", "options"),
    [
        (PhotoField(to=Photo), PhotoChoiceField, PickerOptions(model="photo")),
        (VideoField(to=Photo), PhotoChoiceField, PickerOptions(model="photo", kinds=("video",))),
        (
            PhotoField(to=Photo, kinds=["audio", "video"], workspace="intranet", allow_unpublished=True),
            PhotoChoiceField,
            PickerOptions(model="photo", kinds=("audio", "video"), workspace="intranet", allow_unpublished=True),
        ),
        (
            AlbumField(to=Album, allow_unpublished=False),
            AlbumChoiceField,
            PickerOptions(model="album", allow_unpublished=False),
        ),
        (LiveStreamField(to=LiveStream), LiveStreamChoiceField, PickerOptions(model="livestream")),
    ],
)
@isolate_apps("showcase")
def test_formfield__field_of_a_model__is_the_picker_with_its_options(field, form_field, options):
    class Page(models.Model):
        chosen = field

        class Meta:
            app_label = "showcase"

        def __str__(self):
            return ""

    made = Page._meta.get_field("chosen").formfield()
    assert type(made) is form_field
    assert made.options == options
    assert made.widget.options == options


def test_photo_field__no_such_kind__is_refused():
    with pytest.raises(ValueError, match="kinds: there is no film"):
        PhotoChoiceField(kinds=["film"])


def test_deconstruct__any_field__is_a_plain_foreign_key():
    name, path, args, kwargs = VideoField(name="video", workspace="intranet", allow_unpublished=True).deconstruct()
    assert (name, path, args) == ("video", "django.db.models.ForeignKey", [])
    assert kwargs == {"on_delete": models.PROTECT, "related_name": "+", "to": "twentythree.photo"}


def test_deconstruct__nullable__sets_null_unless_told_otherwise():
    assert AlbumField(null=True).deconstruct()[3]["on_delete"] is models.SET_NULL
    assert AlbumField(null=True, on_delete=models.CASCADE).deconstruct()[3]["on_delete"] is models.CASCADE
    assert LiveStreamField(related_name="pages").deconstruct()[3]["related_name"] == "pages"


def test_clone__field_of_a_model__goes_into_migrations():
    before, after = ProjectState(), ProjectState()
    for state in (before, after):
        state.add_model(ModelState.from_model(Photo))
        state.add_model(ModelState.from_model(Article))
    assert MigrationAutodetector(before, after)._detect_changes() == {}


@pytest.mark.django_db
def test_formfield__widget_queryset_or_form_class_given__is_a_plain_choice():
    field = Article._meta.get_field("video")
    assert type(field.formfield(widget=Select)).__name__ == "ModelChoiceField"
    assert type(field.formfield(queryset=Photo.objects.all())).__name__ == "ModelChoiceField"
    assert isinstance(modelform_factory(Article, fields=["video"])().fields["video"], PhotoChoiceField)
    other = modelform_factory(Article, fields=["video"], widgets={"video": Select})
    assert isinstance(other().fields["video"].widget, Select)


@pytest.mark.django_db
def test_formfield__queryset_that_an_admin_narrowed__is_a_plain_choice(rf, make_user):
    class NarrowAdmin(admin.ModelAdmin):
        def get_field_queryset(self, db, db_field, request):
            return super().get_field_queryset(db, db_field, request).filter(title="Only this")

    request = rf.get("/")
    request.user = make_user()
    field = Article._meta.get_field("video")
    wide = admin.ModelAdmin(Article, admin.site).formfield_for_foreignkey(field, request)
    assert isinstance(wide, PhotoChoiceField)
    assert wide.user == request.user
    narrow = NarrowAdmin(Article, admin.site).formfield_for_foreignkey(field, request)
    assert type(narrow).__name__ == "ModelChoiceField"
    assert "Only this" in str(narrow.queryset.query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ordering",
    [("title",), ("-title", "pk"), (F("title"),), (F("uploaded_at").desc(nulls_last=True),), (Lower("title"),)],
)
def test_formfield__order_of_the_admin_of_what_is_chosen__leaves_the_picker(rf, make_user, ordering):
    class OwnPhotoAdmin(PhotoAdmin):
        pass

    OwnPhotoAdmin.ordering = ordering
    PhotoFactory(title="B")
    PhotoFactory(title="A")
    site = admin.AdminSite()
    site.register(Photo, OwnPhotoAdmin)
    request = rf.get("/")
    request.user = make_user()
    made = admin.ModelAdmin(Article, site).formfield_for_foreignkey(Article._meta.get_field("video"), request)
    assert isinstance(made, PhotoChoiceField)
    assert made.user == request.user
    assert list(made.queryset) == list(Photo.objects.order_by(*ordering))


@pytest.mark.django_db
def test_ordered_photo__rows__come_in_their_order():
    article = Article.objects.create(title="A", slug="a", body="")
    first, second = PhotoFactory(title="First"), PhotoFactory(title="Second")
    RelatedVideo.objects.create(article=article, photo=second, position=2)
    RelatedVideo.objects.create(article=article, photo=first, position=1)
    assert [str(row) for row in article.related_videos.all()] == ["First", "Second"]
    assert issubclass(RelatedVideo, OrderedPhoto)
    assert OrderedPhoto._meta.abstract


@pytest.mark.django_db
def test_related_name__unless_given__adds_nothing_to_mirrored_models():
    names = {
        relation.get_accessor_name() for model in (Photo, Album, LiveStream) for relation in model._meta.related_objects
    }
    assert "articles" in names
    assert not any(name and name.startswith("relatedvideo") for name in names)
