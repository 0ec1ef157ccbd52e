import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_twentythree.api.decoding import UndecodableError, decode

ENVELOPE = {"status": "ok", "photos": [{"title": "a { b } c"}]}


@pytest.mark.parametrize(
    "template",
    [
        "{}",
        "\ufeff{}",
        "\n  {}\n",
        "var visual = {}",
        "var x = {};",
        "f({});",
        "f({})",
        "/**/a.b.c({});",
    ],
)
def test_decode__any_wrapping__gives_the_object(template):
    assert decode(template.replace("{}", json.dumps(ENVELOPE)).encode()) == ENVELOPE


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><script>var a = {}</script>", "web page"),
        (b'{"status": "ok", "photos": [{"a": 1}, {"b"', "cut off"),
        (b'{"status": "o', "cut off"),
        (b"Service unavailable", "no JSON"),
        (b"[1, 2]", "no object"),
        (b"null", "no object"),
        (b'{"title": "\xff\xfe"}', "not UTF-8 (byte 11)"),
        (b'{"a": ' + b"[" * 100_000, "cut off"),
    ],
)
def test_decode__no_json_object__says_what_it_looks_like(body, words):
    with pytest.raises(UndecodableError) as caught:
        decode(body)
    assert words in str(caught.value)


def test_decode__bad_utf8_that_may_stay__becomes_replacement_characters():
    assert decode(b'{"title": "caf\xe9"}', keep_damaged_text=True) == {"title": "caf\ufffd"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\u0000b"', "a\ufffdb"),
        ('"a\x00b"', "a\ufffdb"),
        (r'"\ud83d"', "\ufffd"),
        (r'"\ude00"', "\ufffd"),
        (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\\\ud83d x"', "\\\ufffd x"),
        (r'"\\ud83d\ude00"', "\\ud83d\ufffd"),
        ('"line\nbreak\tand tab"', "line\nbreak\tand tab"),
        ("NaN", None),
        ("-Infinity", None),
        ("1e999", None),
        ("1.5", 1.5),
        ("1" * 640, int("1" * 640)),
        ("1" * 5000, "1" * 5000),
        ("-" + "9" * 5000, "-" + "9" * 5000),
    ],
)
def test_decode__values_that_databases_refuse__are_replaced(text, value):
    assert decode(f'{{"x": {text}}}'.encode())["x"] == value


@pytest.mark.parametrize("levels", [30, 100, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"]": ', "}"), ('["] \\" [", ', "]")])
def test_decode__nested_too_deeply__keeps_the_depths_as_text(levels, opening, closing):
    deep = opening * levels + "1" + closing * levels
    decoded = decode(f'{{"x": {deep}, "y": [[2]]}}'.encode())
    assert decoded["y"] == [[2]]
    value = decoded["x"]
    while not isinstance(value, str):
        value = value["]"] if isinstance(value, dict) else value[-1]
    assert value == opening * (levels - 29) + "1" + closing * (levels - 29)


def test_decode__keys_with_nul__are_cleaned_as_well():
    assert decode(rb'{"a\u0000": {"b\ud800": 1}}') == {"a\ufffd": {"b\ufffd": 1}}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4), st.booleans())
def test_decode__whatever_json_holds__is_storable(value, ascii_only):
    try:
        body = json.dumps(value, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return
    text = json.dumps(decode(body), ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()


@given(st.binary(max_size=200))
def test_decode__any_bytes__give_an_object_or_the_one_error(body):
    with suppress(UndecodableError):
        assert isinstance(decode(b"{" + body + b"}"), dict)


@pytest.mark.parametrize("piece", [r"\"", r"\\", '"', "[", "{", "]", ",", r"\ud83d", r"\u0000", "\\"])
def test_decode__pieces_that_mislead_a_search__take_no_time(piece):
    for text in (piece, "]" * 20 + piece, "]" * 20 + '"' + piece, '{"status": "' + piece):
        body = '{"a": ' + text + piece * (250_000 // len(piece)) + "}"
        started = time.process_time()
        with pytest.raises(UndecodableError):
            decode(body.encode())
        assert time.process_time() - started < 1
