from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_hubspot_multi.timestamps import (
    format_timestamp,
    from_milliseconds,
    normalize,
    parse_timestamp,
    to_milliseconds,
)

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.678912Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000Z"),
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("1767323045678", "2026-01-02T03:04:05.678Z"),
        (1767323045678, "2026-01-02T03:04:05.678Z"),
        ("-1", "1969-12-31T23:59:59.999Z"),
        ("", None),
        (None, None),
        (True, None),
        ("soon", None),
        ("99999999999999999999", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("9" * 5000, None),
        ("²", None),
        (1.5, None),
        ([], None),
    ],
)
def test_every_form_of_a_time_becomes_utc_with_milliseconds(value: object, expected: str | None) -> None:
    assert normalize(value) == expected


@given(st.integers(-(10**13), 10**14))
def test_milliseconds_survive_the_round_trip(milliseconds: int) -> None:
    moment = from_milliseconds(milliseconds)

    assert to_milliseconds(moment) == milliseconds
    assert parse_timestamp(format_timestamp(moment)) == moment


digits_and_signs = st.text("0123456789-+:.TZ eE", max_size=30)


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | digits_and_signs
    | st.datetimes().map(str)
)
def test_whatever_comes_becomes_a_time_of_one_form_or_none(value: object) -> None:
    normal = normalize(value)

    assert normal is None or FORM.fullmatch(normal)
    assert normalize(normal) == normal


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_a_moment_is_the_same_moment_in_every_spelling(moment: datetime) -> None:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        assert normalize(moment.isoformat()) is None
        return
    whole = from_milliseconds(to_milliseconds(moment))

    assert normalize(moment.isoformat()) == normalize(str(to_milliseconds(moment))) == format_timestamp(whole)


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert format_timestamp(datetime(2026, 1, 1, 8, tzinfo=tokyo)) == "2025-12-31T23:00:00.000Z"
    assert format_timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


@given(st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31)))  # noqa: DTZ001 - UTC follows
def test_a_time_in_our_form_stays_as_it_is(moment: datetime) -> None:
    text = format_timestamp(moment.replace(tzinfo=UTC))

    assert normalize(text) == text


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", fullmatch=True))
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert normalize(text) == (text if parse_timestamp(text) else None)
