"""What projects may write as `PICKER_FILTER`."""

from django_twentythree.models import Photo


def only_harbour(queryset, user):
    """Everybody may choose what is about the harbour."""
    return queryset.filter(search_text__contains="harbour")


def own(queryset, user):
    """Staff may choose all, others what has their name in it; nobody known, nothing."""
    if user.is_staff:
        return queryset
    return queryset.filter(search_text__contains=user.get_username()) if user.is_authenticated else queryset.none()


def tagged(queryset, user):
    """Everybody may choose what has one of two tags."""
    return queryset.filter(tags__name__in=["one", "two"]).distinct()


def named(queryset, user):
    """Everybody may choose what has their name in it."""
    return queryset.filter(title__icontains=user.get_username() or "nobody")


def photos_tagged(queryset, user):
    """Everybody may choose what has one of two tags, and any category."""
    return tagged(queryset, user) if queryset.model is Photo else queryset


def open_tags(queryset, user):
    """Everybody may choose all but what says it is secret, in a way that needs each row made distinct."""
    if queryset.model is Photo:
        return queryset.filter(tags__name__in=["common", "open"]).distinct()
    return queryset.exclude(search_text__contains="secret")
