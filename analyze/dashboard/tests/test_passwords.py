"""The shared password."""

from __future__ import annotations

import pytest

from kpi_dashboard import passwords

PASSWORD = "correct horse battery staple"


def test_only_the_password_matches_its_hash() -> None:
    hashed = passwords.hash_of(PASSWORD)
    assert passwords.check(hashed) == hashed
    assert passwords.matches(PASSWORD, hashed)
    assert not passwords.matches(f"{PASSWORD} ", hashed)
    assert not passwords.matches("", hashed)


def test_a_hash_holds_nothing_that_shells_change_and_is_another_each_time() -> None:
    one, other = passwords.hash_of(PASSWORD), passwords.hash_of(PASSWORD)
    assert one != other
    assert not set(one) & set("$`\"'\\ #")


@pytest.mark.parametrize("text", [PASSWORD, "argon2id:v=19:m=65536,t=3,p=4", "scrypt:15:8:3:c2FsdA:a2V5"])
def test_what_is_no_hash_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(passwords.NoPasswordHashError) as refused:
        passwords.check(text)
    assert text not in str(refused.value)


def test_a_hash_that_was_cut_lets_nobody_in() -> None:
    hashed = passwords.hash_of(PASSWORD)
    assert not passwords.matches(PASSWORD, hashed[:-5])


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 2000])
def test_weak_passwords_are_told_why(password: str) -> None:
    assert passwords.weakness(password)
    assert passwords.weakness(PASSWORD) is None
