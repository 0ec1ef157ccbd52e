from __future__ import annotations

import logging
import math
from dataclasses import fields

import pytest

from django_twentythree.rendering import OPTION_NAMES, EmbedOptions, OptionError, read_options, read_seconds


def read(**given):
    return read_options(given, strict=True)


def parameters_of(**given):
    return dict(read(**given).get_player_parameters())


def test_read_options__nothing__leaves_all_to_the_player():
    assert read() == EmbedOptions()
    assert read().get_player_parameters() == []


@pytest.mark.parametrize(
    ("given", "parameters"),
    [
        ({"autoplay": True}, {"autoPlay": "1", "mutedAutoPlay": "1", "autoMute": "1"}),
        ({"autoplay": True, "muted": False}, {"autoPlay": "1", "mutedAutoPlay": "1", "autoMute": "1"}),
        ({"autoplay": False}, {"autoPlay": "0"}),
        ({"muted": True}, {"autoMute": "1"}),
        ({"loop": 1}, {"loop": "1"}),
        ({"loop": "false"}, {"loop": "0"}),
        ({"start_seconds": 90}, {"start": "90"}),
        ({"start_seconds": "1:03:20"}, {"start": "3800"}),
        ({"start_seconds": "4:07.5"}, {"start": "247.5"}),
        ({"start_seconds": 0}, {}),
        ({"end_on": "browse"}, {"endOn": "browse"}),
        (
            {"subtitles": "da_DK"},
            {"enableSubtitles": "1", "subtitlesOnByDefault": "1", "defaultLocale": "da_DK"},
        ),
        (
            {"subtitles": "da-DK"},
            {"enableSubtitles": "1", "subtitlesOnByDefault": "1", "defaultLocale": "da_DK"},
        ),
        ({"subtitles": True}, {"enableSubtitles": "1", "subtitlesOnByDefault": "1"}),
        ({"subtitles": False}, {"enableSubtitles": "0", "subtitlesOnByDefault": "0"}),
    ],
)
def test_get_player_parameters__option__is_said_in_the_players_words(given, parameters):
    assert parameters_of(**given) == parameters


@pytest.mark.parametrize(
    ("ratio", "value"),
    [("16:9", 16 / 9), ("16/9", 16 / 9), ("1.5", 1.5), (1.5, 1.5), (1, 1), ("9:16", 9 / 16)],
)
def test_read_options__ratio__is_width_over_height(ratio, value):
    assert math.isclose(read(ratio=ratio).ratio, value)


def test_read_options__absent_variable_of_a_template__is_not_given():
    assert read(player_id="", start_seconds=None, loading="", title="", ratio="") == EmbedOptions()


def test_read_options__empty_alt__is_meant():
    assert read(alt="").alt == ""


def test_read_options__class_and_data__are_kept_for_the_outermost_element():
    options = read(**{"class": "wide", "data_video_id": 7, "data_x": None})
    assert options.classes == "wide"
    assert options.data == (("data-video-id", "7"),)


@pytest.mark.parametrize(
    "given",
    [
        {"autopaly": True},
        {"data_": 1},
        {"data_X": 1},
        {'data_a" onload="x': 1},
        {"autoplay": "perhaps"},
        {"player_id": "v"},
        {"player_id": -1},
        {"player_id": "../x"},
        {"player_id": "٣"},
        {"start_seconds": "soon"},
        {"start_seconds": -1},
        {"start_seconds": math.nan},
        {"start_seconds": True},
        {"start_seconds": "1:2:3:4"},
        {"end_on": "explode"},
        {"end_on": ["share"]},
        {"subtitles": 'da"'},
        {"subtitles": "danish & norwegian"},
        {"ratio": "0"},
        {"ratio": "16:0"},
        {"ratio": "1:2:3"},
        {"ratio": "wide"},
        {"ratio": "nan"},
        {"ratio": 1000},
        {"ratio": True},
        {"loading": "click me"},
        {"allow_unpublished": "yes please"},
    ],
)
def test_read_options__wrong__is_refused_aloud_or_ignored(given, caplog):
    with pytest.raises(OptionError):
        read_options(given, strict=True)
    with caplog.at_level(logging.WARNING, logger="django_twentythree"):
        assert read_options({**given, "loop": True}, strict=False) == EmbedOptions(loop=True)
        read_options(given, strict=False)
    assert len(caplog.records) <= 1  # said once, by whichever test was first


def test_refuse__wrong_option__names_it_and_the_remedy(caplog):
    with pytest.raises(OptionError, match=r"no embed option 'speed' \(there are: player_id, autoplay"):
        read(speed=2)
    with pytest.raises(OptionError, match="loading='never' is wrong: write one of lazy, eager, click"):
        read(loading="never")


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("90", 90), ("1:30", 90), (1.25, 1.25), ("0:00:01.5", 1.5)])
def test_read_seconds__moment__is_seconds(text, seconds):
    assert read_seconds(text) == seconds


def test_option_names__every_field__has_an_option():
    renamed = {"classes": "class", "data": None}
    names = {renamed.get(field.name, field.name) for field in fields(EmbedOptions)} - {None}
    assert names == OPTION_NAMES
