from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.journal import JournalError
from tests.hubspot_simulator.marketing.truth import TRUTHS
from tests.simulator.support import DE, US, Api, tiny

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hubspot_simulator import Simulator


def everything(simulator: Simulator) -> list[object]:
    portals = simulator.world.portals.values()
    return [
        *(list(portal.truth(object_type)) for portal in portals for object_type in portal.objects),
        *(list(portal.truth_of(stream)) for portal in portals for stream in TRUTHS),
    ]


def test_portals_are_listed_with_their_sizes(simulator: Simulator, api: Api) -> None:
    simulator.issue_refresh_token(US)

    listed = api.client.get("/_simulator/portals").json()

    first, second = listed["portals"]
    assert (first["portalId"], first["installed"], second["installed"]) == (US, True, False)
    assert first["records"]["contacts"] == {"live": 28, "archived": 1, "merged": 2}


def test_a_tick_changes_every_portal_and_says_how(api: Api) -> None:
    first, second = (api.client.post("/_simulator/tick").json() for _ in range(2))

    assert (first["tick"], second["tick"]) == (1, 2)
    assert first["portals"].keys() == {str(US), str(DE)}
    assert first["portals"][str(DE)]["contacts created"] > 0


def test_a_portal_can_be_revoked(simulator: Simulator, api: Api) -> None:
    german = Api(simulator, DE)
    assert api.client.post(f"/_simulator/portals/{US}/revoke").json() == {"portalId": US, "installed": False}

    assert (api.page().status_code, german.page().status_code) == (401, 200)
    assert api.client.post("/_simulator/portals/5/revoke").status_code == 404


def test_revoking_may_spare_access_tokens(api: Api) -> None:
    api.client.post(f"/_simulator/portals/{US}/revoke", params={"keep_access_tokens": "true"})

    assert api.page().status_code == 200


def test_faults_can_be_posted_one_or_many_and_withdrawn(api: Api) -> None:
    one = api.client.post("/_simulator/faults", json={"kind": "502", "route": "crm.list"})
    many = api.client.post("/_simulator/faults", json=[{"kind": "429"}, {"kind": "slow", "count": None}])

    assert (one.json(), many.json()) == ({"added": 1, "waiting": 1}, {"added": 2, "waiting": 3})
    assert api.page().status_code == 502
    assert api.client.delete("/_simulator/faults").json() == {"waiting": 0}


@pytest.mark.parametrize("wrong", [{"kind": "418"}, {"kind": "502", "portal": 1}, {}])
def test_a_wrong_fault_is_refused_with_a_reason(api: Api, wrong: dict[str, object]) -> None:
    answer = api.client.post("/_simulator/faults", json=wrong)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_truth_is_streamed_as_one_json_object_a_line(simulator: Simulator, api: Api) -> None:
    lines = api.client.get(f"/_simulator/truth/{US}/contacts").text.split("\n")[:-1]

    assert [json.loads(line) for line in lines] == list(simulator.portal(US).truth("contacts"))
    assert api.client.get(f"/_simulator/truth/{US}/unicorns").status_code == 404


def test_limits_can_be_reset(api: Api) -> None:
    api.portal.options.burst_limit = 1
    assert [api.page().status_code for _ in range(2)] == [200, 429]

    api.client.post("/_simulator/reset-limits")

    assert api.page().status_code == 200


def test_control_calls_stay_out_of_the_request_log(simulator: Simulator, api: Api) -> None:
    api.client.post("/_simulator/tick")

    assert len(simulator.requests) == 0


# The journal


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "journal.jsonl"


def test_a_restart_with_the_journal_keeps_the_world(journal: Path) -> None:
    before = tiny(journal=journal)
    for _ in range(3):
        before.tick()
        before.clock.advance(600)

    after = tiny(journal=journal)

    assert after.ticks == 3
    assert everything(after) == everything(before)


def test_ticks_go_on_after_a_restart_as_if_there_had_been_none(journal: Path) -> None:
    unbroken = tiny()
    for _ in range(2):
        unbroken.tick()
    tiny(journal=journal).tick()
    restarted = tiny(journal=journal)
    restarted.tick()

    assert everything(restarted) == everything(unbroken)


def test_tokens_stay_good_over_a_restart(journal: Path) -> None:
    before = tiny(journal=journal)
    refresh_token, access_token = before.issue_refresh_token(US), before.issue_access_token(US)

    after = tiny(journal=journal)

    assert Api(after, token=access_token).page().status_code == 200
    assert after.tokens.is_good(after.tokens.read(refresh_token) or pytest.fail("unreadable"))
    assert after.portal(US).installation.installed


def test_revocations_stay_over_a_restart(journal: Path) -> None:
    before = tiny(journal=journal)
    tokens = {portal_id: before.issue_access_token(portal_id) for portal_id in (US, DE)}
    before.revoke(US)

    after = tiny(journal=journal)

    assert Api(after, token=tokens[US]).page().status_code == 401
    assert Api(after, token=tokens[DE]).page().status_code == 200


def test_a_single_revoked_refresh_token_stays_dead_over_a_restart(journal: Path) -> None:
    before = tiny(journal=journal)
    dead, alive = before.issue_refresh_token(US), before.issue_refresh_token(US)
    form = {"client_id": before.client_id, "client_secret": before.client_secret}
    Api(before).client.post("/oauth/2026-09/token/revoke", data={**form, "token": dead})

    client = Api(tiny(journal=journal)).client

    def refreshed(token: str) -> int:
        fields = {**form, "grant_type": "refresh_token", "refresh_token": token}
        return client.post("/oauth/2026-09/token", data=fields).status_code

    assert (refreshed(dead), refreshed(alive)) == (400, 200)


def test_a_journal_of_another_world_is_refused(journal: Path) -> None:
    tiny(journal=journal)

    with pytest.raises(JournalError, match="same scenario, seed and anchor"):
        tiny(journal=journal, seed=8)


def test_a_line_that_a_crash_cut_off_is_left_out(journal: Path) -> None:
    tiny(journal=journal).tick()
    with journal.open("ab") as file:
        file.write(b'{"event":"ti')

    assert tiny(journal=journal).ticks == 1


def test_the_journal_holds_no_token(journal: Path) -> None:
    simulator = tiny(journal=journal)
    token = simulator.issue_refresh_token(US)
    simulator.oauth.revoke(
        {"client_id": simulator.client_id, "client_secret": simulator.client_secret, "token": token}
    )

    assert token not in journal.read_text(encoding="utf-8")
