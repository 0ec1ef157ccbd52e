from pathlib import Path

import pytest

from django_twentythree import exceptions
from django_twentythree.api import Client
from django_twentythree.api.verbs import READING

PAGE = (Path(__file__).parents[2] / "docs/reference/api-client.md").read_text()


@pytest.mark.parametrize("name", exceptions.__all__)
def test_reference__names_every_error(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", [name for name in dir(Client) if name.startswith(("iter_", "list_", "fetch"))])
def test_reference__names_every_method(name):
    assert name == "fetch_site_response" or name in PAGE


@pytest.mark.parametrize("word", sorted(READING))
def test_reference__names_every_word_that_reads(word):
    assert f"`{word}`" in PAGE or word in {"play-totals", "play-details", "photo-totals", "embed-details"}
