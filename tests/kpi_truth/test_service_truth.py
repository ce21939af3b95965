from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.kpi_truth import Account, Key, Settings, by_day, by_month, samples_of
from tests.kpi_truth.account import Fact

PORTAL = 7
NOW = datetime(2028, 3, 31, tzinfo=UTC)
STAGES = {
    ("tickets", "0", "1"): {"ticketState": "OPEN"},
    ("tickets", "0", "4"): {"ticketState": "CLOSED"},
}


def account(*tickets: dict[str, str], responses: tuple[dict[str, str], ...] = ()) -> Account:
    facts = {
        kind: [Fact(str(number), NOW, each) for number, each in enumerate(records)]
        for kind, records in (("tickets", tickets), ("feedback_submissions", responses))
    }
    return Account(PORTAL, "America/Los_Angeles", "USD", NOW, facts, STAGES)


def ticket(stage: str = "1", **more: str) -> dict[str, str]:
    return {
        "hs_pipeline": "0",
        "hs_pipeline_stage": stage,
        "createdate": "2028-03-01T07:30:00Z",  # still 29 February there
        **more,
    }


def test_only_a_ticket_in_a_closed_stage_is_closed() -> None:
    values = by_day(
        samples_of(
            account(
                ticket("4", closed_date="2028-03-02T07:59:00Z"),
                ticket("1", closed_date="2028-03-02T07:59:00Z"),  # reopened
                ticket("4"),
            ),
            Settings("USD", {}),
        )
    )
    assert values == {
        Key(PORTAL, date(2028, 2, 29), "tickets_created", "0"): 3,
        Key(PORTAL, date(2028, 2, 29), "first_response_coverage", "0"): 0,
        Key(PORTAL, date(2028, 3, 1), "tickets_closed", "0"): 1,
    }


def test_the_first_response_is_the_first_that_is_told_and_no_time_is_none() -> None:
    values = by_month(
        samples_of(
            account(
                ticket(
                    hs_time_to_first_response_in_operating_hours="3.6E6",
                    time_to_first_agent_reply="36000000",
                ),
                ticket(time_to_first_agent_reply="18000000"),
                ticket(first_agent_reply_date="2028-03-01T09:30:00Z"),
                ticket(),
            ),
            Settings("USD", {}),
        )
    )
    month = date(2028, 2, 1)
    assert values[Key(PORTAL, month, "first_response_hours", "0")] == Decimal(8) / 3
    assert values[Key(PORTAL, month, "first_response_hours_median", "0")] == 2
    assert values[Key(PORTAL, month, "first_response_coverage", "0")] == Decimal("0.75")


def test_satisfied_is_four_of_five_or_six_of_seven() -> None:
    def response(survey: str, value: str, kind: str = "CSAT", **more: str) -> dict[str, str]:
        dated = {"hs_submission_timestamp": "2028-03-02T07:59:00Z", **more}
        return {"hs_survey_id": survey, "hs_survey_type": kind, "hs_value": value, **dated}

    scales = {(PORTAL, "b"): Decimal(7), (PORTAL + 1, "a"): Decimal(10)}
    values = by_day(
        samples_of(
            account(
                responses=(
                    response("a", "4"),
                    response("a", "3.9", kind="csat"),
                    response("a", "5", kind="NPS"),
                    response("b", "6.0", kind="Csat"),
                    response("b", "5", hs_submission_timestamp="", hs_createdate="2028-03-02T07:00:00Z"),
                )
            ),
            Settings("USD", {}, scales=scales),
        )
    )
    day = date(2028, 3, 1)
    assert values == {
        Key(PORTAL, day, "csat_responses", "a"): 2,
        Key(PORTAL, day, "csat_score", "a"): Decimal("3.95"),
        Key(PORTAL, day, "csat_satisfied_rate", "a"): Decimal("0.5"),
        Key(PORTAL, day, "csat_responses", "b"): 2,
        Key(PORTAL, day, "csat_score", "b"): Decimal("5.5"),
        Key(PORTAL, day, "csat_satisfied_rate", "b"): Decimal("0.5"),
    }
