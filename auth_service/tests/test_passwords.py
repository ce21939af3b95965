"""The admin's password, as its hash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth_service.errors import SettingsError
from auth_service.passwords import COSTS, PasswordHash, weakness

CHEAP = min(COSTS)
SALT, KEY = "A" * 22, "B" * 43


@settings(max_examples=15, deadline=None)
@given(password=st.text(max_size=80), other=st.text(max_size=80))
def test_a_hash_knows_its_password_and_no_other(password: str, other: str) -> None:
    hashed = PasswordHash.parse(str(PasswordHash.of(password, log2_cost=CHEAP)))
    assert hashed.matches(password)
    assert hashed.matches(other) == (other == password)


def test_the_same_password_twice_gives_different_hashes() -> None:
    first, second = (PasswordHash.of("correct horse", log2_cost=CHEAP) for _ in range(2))
    assert first.salt != second.salt
    assert first.key != second.key


def test_a_hash_needs_no_quoting_and_shows_nothing() -> None:
    hashed = PasswordHash.of("correct horse", log2_cost=CHEAP)
    assert set(str(hashed)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-")
    assert hashed.key.hex() not in repr(hashed)
    assert str(hashed).rpartition(":")[2] not in repr(hashed)


def test_the_default_cost_is_what_owasp_advises() -> None:
    assert str(PasswordHash.of("correct horse")).startswith("scrypt:15:8:3:")


@pytest.mark.parametrize(
    "text",
    [
        "MARKER",
        "",
        f"MARKER:15:8:3:{SALT}:{KEY}",
        f"scrypt:13:8:3:{SALT}:{KEY}",
        f"scrypt:30:8:3:{SALT}:{KEY}",
        f"scrypt:15:0:3:{SALT}:{KEY}",
        f"scrypt:15:8:99:{SALT}:{KEY}",
        f"scrypt:15:8:3:{SALT}",
        f"scrypt:15:8:3:{SALT}:{KEY}:x",
        f"scrypt:15:8:3:{SALT[2:]}:{KEY}",
        f"scrypt:15:8:3:{SALT}:{KEY[4:]}",
        f"scrypt:15:8:MARKER:{SALT}:{KEY}",
        f"scrypt:15:8:3:{SALT}:MARKER$%&",
    ],
)
def test_what_is_no_hash_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SettingsError, match="hubspot-auth admin hash-password") as raised:
        PasswordHash.parse(text)
    assert "MARKER" not in str(raised.value)


@pytest.mark.parametrize(
    ("password", "weak"),
    [("correct horse battery staple", False), ("kurz", True), ("a" * 40, True), ("ab" * 513, True)],
)
def test_passwords_that_are_easy_to_guess_are_named(password: str, *, weak: bool) -> None:
    assert (weakness(password) is not None) == weak
