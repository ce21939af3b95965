from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.simulator.support import DE, NOON, US, Api, tiny

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

FORMS = "/marketing/v3/forms"
SUBMISSIONS = "/form-integrations/v1/submissions/forms"


def every_form(api: Api, **params: str | int) -> list[dict[str, Any]]:
    return api.get(FORMS, limit=100, formTypes="all", **params).json()["results"]


def form_named(api: Api, name: str) -> str:
    return next(form["id"] for form in api.portal.truth_of("forms") if form["name"] == name)


def submissions(api: Api, form_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: str | None = "0"
    while after is not None:
        page = api.get(f"{SUBMISSIONS}/{form_id}", limit=50, after=after).json()
        rows += page["results"]
        after = page.get("paging", {}).get("next", {}).get("after")
    return rows


def test_only_forms_of_the_editor_are_listed_unless_asked_for(api: Api) -> None:
    listed = api.get(FORMS).json()["results"]
    named = api.get(FORMS, formTypes=["captured", "flow"]).json()["results"]

    assert {form["formType"] for form in listed} == {"hubspot"}
    assert {form["formType"] for form in named} == {"captured", "flow"}
    assert {form["formType"] for form in every_form(api)} == {"hubspot", "captured", "flow", "blog_comment"}
    assert api.get(FORMS, formTypes="pop_up").status_code == 400


def test_archived_forms_are_listed_apart_and_keep_their_submissions(api: Api) -> None:
    [archived] = every_form(api, archived="true")

    assert archived["archivedAt"]
    assert archived["id"] not in {form["id"] for form in every_form(api)}
    assert submissions(api, archived["id"])


def test_forms_are_paged_and_none_is_missing(api: Api) -> None:
    found, after = [], ""
    while after is not None:
        page = api.get(FORMS, limit=3, formTypes="all", **({"after": after} if after else {})).json()
        found += page["results"]
        after = page.get("paging", {}).get("next", {}).get("after")

    assert len(found) == 7
    assert found == every_form(api)


def test_submissions_come_newest_first_twenty_a_page_and_fifty_at_most(api: Api) -> None:
    busiest = form_named(api, "Contact us")

    assert len(api.get(f"{SUBMISSIONS}/{busiest}").json()["results"]) == 20
    assert len(api.get(f"{SUBMISSIONS}/{busiest}", limit=50).json()["results"]) == 50
    assert api.get(f"{SUBMISSIONS}/{busiest}", limit=51).status_code == 400
    assert api.get(f"{SUBMISSIONS}/{busiest}", after="yesterday").status_code == 400
    moments = [row["submittedAt"] for row in submissions(api, busiest)]
    assert len(moments) > 50
    assert moments == sorted(moments, reverse=True)


def test_a_new_submission_shifts_the_pages(simulator: Simulator, api: Api) -> None:
    form_id = form_named(api, "Contact us")
    first = api.get(f"{SUBMISSIONS}/{form_id}").json()
    simulator.world.submit_form(US, form_id, {"email": "late@mail.example"})

    second = api.get(f"{SUBMISSIONS}/{form_id}", after=first["paging"]["next"]["after"]).json()

    assert second["results"][0] == first["results"][-1]


def test_a_submission_names_its_fields_and_page_but_no_contact(simulator: Simulator, api: Api) -> None:
    form = simulator.world.add_form(US, "Raffle")
    simulator.world.submit_form(US, form.id, {"email": "a@mail.example", "firstname": "A"})

    [row] = submissions(api, form.id)

    assert row.pop("conversionId")
    assert row == {
        "submittedAt": 1795348800000,
        "values": [
            {"name": "email", "value": "a@mail.example", "objectTypeId": "0-1"},
            {"name": "firstname", "value": "A", "objectTypeId": "0-1"},
        ],
        "pageUrl": "https://www.alder-finch.example/contact",
    }


def test_a_late_submission_is_listed_at_its_own_moment(simulator: Simulator, api: Api) -> None:
    form = simulator.world.add_form(US, "Raffle")
    for minutes in (0, -5):
        simulator.world.submit_form(
            US, form.id, {"email": str(minutes)}, at=NOON + timedelta(minutes=minutes)
        )

    assert [row["values"][0]["value"] for row in submissions(api, form.id)] == ["0", "-5"]


@pytest.mark.parametrize(("portal_id", "with_id"), [(US, True), (DE, False)])
def test_not_every_portal_gives_submissions_an_id(
    simulator: Simulator,
    portal_id: int,
    with_id: bool,  # noqa: FBT001
) -> None:
    rows = list(simulator.portal(portal_id).truth_of("form_submissions"))

    assert all(("conversionId" in row) == with_id for row in rows)
    assert not with_id or len({row["conversionId"] for row in rows}) == len(rows)


def test_some_submissions_share_a_millisecond_but_differ(simulator: Simulator) -> None:
    rows = list(simulator.portal(DE).truth_of("form_submissions"))
    moments = Counter((row["formId"], row["submittedAt"]) for row in rows)

    assert moments.most_common(1)[0][1] > 1
    assert len({(row["formId"], row["submittedAt"], str(row["values"])) for row in rows}) == len(rows)


def test_what_people_type_is_odd(simulator: Simulator) -> None:
    typed = {
        value["value"] for row in simulator.portal(US).truth_of("form_submissions") for value in row["values"]
    }

    assert {"NUL\x00 inside", "🏔️ 𠮷野家", "", "half an emoji \ud83d"} <= typed


def test_comments_on_blogs_cannot_be_read(api: Api) -> None:
    answer = api.get(f"{SUBMISSIONS}/{form_named(api, 'Blog comments')}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorType"] == "FORM_TYPE_NOT_ALLOWED"


def test_a_deleted_form_answers_404_and_is_nowhere(simulator: Simulator, api: Api) -> None:
    form_id = form_named(api, "Contact us")
    simulator.world.delete_form(US, form_id)

    assert api.get(f"{SUBMISSIONS}/{form_id}").status_code == 404
    assert form_id not in {form["id"] for form in (*every_form(api), *every_form(api, archived="true"))}
    assert form_id not in {row["formId"] for row in api.portal.truth_of("form_submissions")}


def test_archiving_moves_a_form_to_the_other_list(simulator: Simulator, api: Api) -> None:
    form = simulator.world.add_form(US, "Raffle")
    assert form.id in {each["id"] for each in every_form(api)}

    simulator.world.archive_form(US, form.id)

    assert form.id not in {each["id"] for each in every_form(api)}
    [row] = [each for each in every_form(api, archived="true") if each["id"] == form.id]
    assert (row["archived"], row["archivedAt"]) == (True, "2026-11-22T12:00:00.000Z")


def test_one_form_is_dead_and_one_was_never_used(simulator: Simulator, api: Api) -> None:
    newest = (
        simulator.clock.now_ms() - submissions(api, form_named(api, "Trade fair raffle"))[0]["submittedAt"]
    )

    assert newest > 90 * 86_400_000
    assert submissions(api, form_named(api, "Partner application")) == []


def test_the_truth_is_what_the_api_answers(unlimited: Api) -> None:
    forms = every_form(unlimited) + every_form(unlimited, archived="true")
    readable = [form["id"] for form in forms if form["formType"] != "blog_comment"]
    read = [{**row, "formId": form_id} for form_id in readable for row in submissions(unlimited, form_id)]

    truth = list(unlimited.portal.truth_of("form_submissions"))
    assert sorted(read, key=str) == sorted(truth, key=str)
    assert len(truth) == 120
    assert sorted(forms, key=str) == sorted(unlimited.portal.truth_of("forms"), key=str)


@pytest.mark.parametrize("path", [FORMS, f"{SUBMISSIONS}/x"])
@pytest.mark.parametrize("wording", ["category", "text"])
def test_forms_need_their_scope(
    simulator: Simulator, path: str, wording: Literal["category", "text"]
) -> None:
    api = Api(simulator, scopes=["oauth"])
    api.portal.options.missing_scope_body = wording

    answer = api.get(path)

    assert answer.status_code == 403
    assert "forms" in answer.text


def test_forms_count_against_the_burst_limit_and_are_logged(simulator: Simulator, api: Api) -> None:
    api.portal.options.burst_limit = 2

    assert [api.get(FORMS).status_code for _ in range(3)] == [200, 200, 429]
    assert simulator.requests.count(route="forms.list", portal_id=US) == 3


def test_a_tick_brings_submissions(simulator: Simulator, api: Api) -> None:
    before = len(list(api.portal.truth_of("form_submissions")))

    counts = simulator.tick()[US]

    assert len(list(api.portal.truth_of("form_submissions"))) == before + counts["forms submitted"] > before


def test_the_same_seed_makes_the_same_forms() -> None:
    def everything(simulator: Simulator) -> list[object]:
        simulator.tick()
        return [
            list(simulator.portal(portal_id).truth_of(stream))
            for portal_id in (US, DE)
            for stream in ("forms", "form_submissions")
        ]

    assert everything(tiny()) == everything(tiny())
    assert everything(tiny()) != everything(tiny(seed=8))
