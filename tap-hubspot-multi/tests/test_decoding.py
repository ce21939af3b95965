from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_hubspot_multi.decoding import decode_json, strip_unstorable

# Text with everything that people manage to paste into a CRM.
text = st.lists(st.characters() | st.sampled_from(["\x00", "\ud83d", "\ude00", "\\", "u0000"])).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


def strings_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in strings_of(item)]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in strings_of(item)]
    return []


@given(json_values)
def test_what_is_decoded_can_be_stored_at_every_depth(value: object) -> None:
    decoded = decode_json(json.dumps(value).encode())

    assert not any("\x00" in text for text in strings_of(decoded))
    msgspec.json.encode(decoded)  # refuses lone surrogates


@given(json_values)
def test_storable_text_is_left_as_it_is(value: object) -> None:
    clean = strip_unstorable(value)

    assert strip_unstorable(clean) == clean
    # Halves of an emoji that stand next to each other are one emoji once they went through JSON.
    assert decode_json(msgspec.json.encode(clean)) == clean


def is_storable(character: str) -> bool:
    return character != "\x00" and not "\ud800" <= character <= "\udfff"


@given(text)
def test_nothing_but_the_unstorable_is_removed(value: str) -> None:
    assert strip_unstorable(value) == "".join(filter(is_storable, value))


@given(json_values)
def test_the_form_of_a_value_stays(value: object) -> None:
    def form(value: object) -> object:
        if isinstance(value, list):
            return [form(item) for item in value]
        if isinstance(value, dict):
            return {strip_unstorable(key): form(item) for key, item in value.items()}
        return type(value)

    assert form(strip_unstorable(value)) == form(value)


def test_a_nul_deep_inside_is_stripped() -> None:
    assert decode_json(rb'{"a": [{"b\u0000": "c\u0000d"}]}') == {"a": [{"b": "cd"}]}


def test_an_emoji_stays_and_half_an_emoji_goes() -> None:
    assert decode_json(rb'["\ud83d\ude00", "x\ud83dy"]') == ["😀", "xy"]


def test_an_escaped_backslash_before_u0000_is_text() -> None:
    assert decode_json(rb'["\\u0000"]') == ["\\u0000"]


@pytest.mark.parametrize("body", [b'{"results": [{"id": "1"', b"<html>Bad gateway</html>", b"", b'"\xff"'])
def test_a_body_that_is_no_whole_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each decoder has its own words
        decode_json(body)
