from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transform import service_sample
from tests.transform.expected_service import expected_samples, expected_service_kpis
from tests.transform.sample_portals import TOKYO

if TYPE_CHECKING:
    import subprocess

    import psycopg

    from tests.transform.sample_portals import Sample
    from tests.transform.service_sample import ServiceSample

    Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def service() -> ServiceSample:
    return service_sample.sample()


def test_every_service_kpi_of_every_portal_is_what_its_definition_says(
    built: Connection, service: ServiceSample
) -> None:
    rows = built.execute(
        """
        SELECT portal_id, date, kpi, dimension_id, dimension, numerator, denominator
        FROM hubspot_staging.int_kpis__service WHERE sub_dimension_id = '' AND sub_dimension = ''
        """
    ).fetchall()
    assert {tuple(key): (numerator, denominator) for *key, numerator, denominator in rows} == (
        expected_service_kpis(service)
    )


def test_the_median_of_first_responses_is_of_every_ticket_that_has_one(
    built: Connection, service: ServiceSample
) -> None:
    rows = built.execute(
        "SELECT portal_id, date, kpi, dimension_id, dimension, sample FROM hubspot_staging.int_kpi_samples__service"
    ).fetchall()
    assert sorted(rows) == expected_samples(service)


@pytest.mark.parametrize(
    ("stream", "record_id"), [("tickets", "ticket_id"), ("feedback_submissions", "feedback_submission_id")]
)
def test_service_records_not_live_are_kept_with_the_reason(
    built: Connection, service: ServiceSample, stream: str, record_id: str
) -> None:
    rows = built.execute(
        f"SELECT portal_id, {record_id}, deleted_reason FROM hubspot_staging.base_hubspot__{stream} WHERE is_deleted"
    )
    assert {(portal, record): reason for portal, record, reason in rows} == service.deleted[stream]


def test_a_ticket_is_about_those_of_its_contacts_that_are_live(
    built: Connection, portals: Sample, service: ServiceSample
) -> None:
    rows = built.execute(
        "SELECT portal_id, ticket_id, contact_id FROM hubspot_staging.int_hubspot__ticket_contacts"
    )
    live_tickets = {(ticket.portal.portal_id, ticket.record_id) for ticket in service.tickets}
    live_contacts = {(row["portal_id"], row["id"]) for row in portals.rows["contacts"]} - set(
        portals.deleted["contacts"]
    )
    assert set(rows) == {
        (portal, ticket, contact)
        for portal, ticket, contact in service.ticket_contacts
        if (portal, ticket) in live_tickets and (portal, contact) in live_contacts
    }


def test_a_tickets_stays_fill_the_time_since_it_came(built: Connection, service: ServiceSample) -> None:
    stays = built.execute(
        """
        SELECT portal_id, ticket_id, min(entered_at), sum(hours_in_stage), count(*) FILTER (WHERE is_current)
        FROM hubspot_marts.fct_ticket_stage_history GROUP BY portal_id, ticket_id
        """
    ).fetchall()
    assert {(portal, ticket): entered_at for portal, ticket, entered_at, *_ in stays} == {
        (ticket.portal.portal_id, ticket.record_id): ticket.created for ticket in service.tickets
    }
    # It stays in the first stage for two hours, or for good.
    assert {(hours, current) for *_, hours, current in stays} == {(2, 1), (None, 1)}


def test_a_full_read_of_one_custom_type_tells_nothing_of_another(built: Connection) -> None:
    rows = built.execute(
        """
        SELECT portal_id, object_type_id, deleted_reason FROM hubspot_staging.base_hubspot__custom_objects
        WHERE is_deleted
        """
    ).fetchall()
    assert rows == [(TOKYO.portal_id, "2-1", "missing")]
    names = built.execute(
        "SELECT DISTINCT object_type_id, object_label, record_name FROM hubspot_marts.fct_custom_objects"
    )
    assert sorted(names) == [("2-1", "Car", "plate 2-1"), ("2-2", "Car", "plate 2-2")]


def test_what_can_not_be_judged_of_tickets_and_surveys_is_said_with_the_portal_and_the_cure(
    build: subprocess.CompletedProcess[str],
) -> None:
    for message in (
        f'portal {TOKYO.portal_id} ({TOKYO.name}): the survey "Onboarding of {TOKYO.name}" has ',
        f'tickets are in the stage "gone" of the pipeline "Support of {TOKYO.name}", of which HubSpot does not say',
    ):
        assert message in build.stdout
