from __future__ import annotations

import concurrent.futures
import hashlib
import stat
from typing import TYPE_CHECKING

import pytest

from kpi_api.keys import KeyFile, KeysError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_found_by_itself_and_by_nothing_else(key_file: KeyFile) -> None:
    made, key = key_file.create("EMEA", groups=("Europe",))
    assert key_file.find(key) == made
    assert key_file.find(key[:-1]) is None
    assert key_file.find(made.sha256) is None
    assert key_file.find("") is None


def test_the_file_has_the_hash_only_and_is_its_owners_alone(key_file: KeyFile, tmp_path: Path) -> None:
    _, key = key_file.create("EMEA", portals=(1,))
    path = tmp_path / "keys.toml"
    text = path.read_text(encoding="utf-8")
    assert key not in text
    assert hashlib.sha256(key.encode()).hexdigest() in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_has_256_random_bits(key_file: KeyFile) -> None:
    keys = {key_file.create(str(number), all_portals=True)[1] for number in range(3)}
    assert len(keys) == 3
    assert all(len(key.removeprefix("kpi_")) == 43 for key in keys)


def test_names_survive_the_file(key_file: KeyFile, tmp_path: Path) -> None:
    made, _ = key_file.create('"quoted" \\ 青葉', groups=('a "b"', "c\\d"))
    assert KeyFile(tmp_path / "keys.toml").all() == [made]


def test_a_revoked_key_is_gone_for_others_who_have_read_the_file(key_file: KeyFile, tmp_path: Path) -> None:
    _, key = key_file.create("EMEA", all_portals=True)
    elsewhere = KeyFile(tmp_path / "keys.toml")
    assert elsewhere.find(key)
    key_file.revoke("EMEA")
    assert elsewhere.find(key) is None


def test_a_file_that_is_taken_away_takes_its_keys_along(key_file: KeyFile, tmp_path: Path) -> None:
    _, key = key_file.create("EMEA", all_portals=True)
    assert key_file.find(key)
    (tmp_path / "keys.toml").unlink()
    assert key_file.find(key) is None


def test_a_key_may_be_revoked_by_its_id(key_file: KeyFile) -> None:
    made, _ = key_file.create("EMEA", all_portals=True)
    assert key_file.revoke(made.id) == made
    assert key_file.all() == []


def test_what_is_not_there_cannot_be_revoked(key_file: KeyFile) -> None:
    with pytest.raises(KeysError, match="there is no key 'EMEA'"):
        key_file.revoke("EMEA")


def test_a_name_belongs_to_one_key(key_file: KeyFile) -> None:
    key_file.create("EMEA", all_portals=True)
    with pytest.raises(KeysError, match="already"):
        key_file.create("EMEA", portals=(1,))
    assert [key.all_portals for key in key_file.all()] == [True]


def test_keys_that_are_made_at_once_are_all_kept(tmp_path: Path) -> None:
    def create(number: int) -> None:
        KeyFile(tmp_path / "keys.toml").create(str(number), portals=(number,))

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(create, range(12)))
    assert len(KeyFile(tmp_path / "keys.toml").all()) == 12


def test_a_file_that_others_may_write_is_refused(key_file: KeyFile, tmp_path: Path) -> None:
    key_file.create("EMEA", all_portals=True)
    (tmp_path / "keys.toml").chmod(0o620)
    with pytest.raises(KeysError, match="chmod 600"):
        KeyFile(tmp_path / "keys.toml").all()


@pytest.mark.parametrize("text", ["keys = 1", "[[keys]]\nname = 'x'", "nonsense", "[[keys]]\nportal = 1"])
def test_a_file_of_something_else_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeysError, match="not a file of keys") as raised:
        KeyFile(path).all()
    assert "\n" not in str(raised.value)


def test_a_folder_in_its_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="can't be read"):
        KeyFile(tmp_path).all()
