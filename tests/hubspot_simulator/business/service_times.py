"""What answering and closing a ticket writes on it: stages, response times, promises kept or broken.

Times are in milliseconds. HubSpot fills the reply times of few tickets, those in opening hours of most: the shares
here are those of a real help desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import HOUR_MS, parse_moment

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.calendar import BusinessCalendar
    from tests.hubspot_simulator.business.drafts import Ticket
    from tests.hubspot_simulator.specs import PipelineSpec

SLA_ACTIVE, SLA_OVERDUE, SLA_DUE_SOON, SLA_ON_TIME, SLA_LATE = "0", "1", "2", "3", "4"
TIMED_IN_OPENING_HOURS = 0.79
TIMED_BY_THE_CLOCK = 0.08
ONLY_DATED = 0.05
_ASSIGNMENT_TIMED = 0.35
_PROMISED = 0.6
# On the clock, so that Saturday's open tickets are due soon on Monday.
_DUE_SOON_MS = 36 * HOUR_MS
# Opening hours within which this desk promises to answer and to close.
_ANSWER_WITHIN = {"URGENT": 1, "HIGH": 4, "MEDIUM": 8, "LOW": 16}
_CLOSE_WITHIN = {"URGENT": 8, "HIGH": 22, "MEDIUM": 44, "LOW": 88}
_FIRST_RESPONSE, _CLOSE = "hs_time_to_first_response", "hs_time_to_close"
# An empty text is what HubSpot answers for a cleared value.
_CLEARED_BY_REOPENING = {
    "closed_date": "",
    "time_to_close": "",
    "hs_time_to_close_in_operating_hours": "",
    "hs_is_closed": "false",
    "hs_is_one_touch_ticket": "false",
}


class Service:
    """One ticket on its way through a pipeline."""

    def __init__(
        self, ticket: Ticket, line: PipelineSpec, calendar: BusinessCalendar, *, stage_dates: bool
    ) -> None:
        self._ticket = ticket
        self._values = ticket.properties
        self._open = [stage.id for stage in line.stages if not stage.closed]
        self._closed = next(stage.id for stage in line.stages if stage.closed)
        self._calendar = calendar
        self._stage_dates = stage_dates

    def lies_ahead(self, moment_ms: int) -> bool:
        """Whether a moment is beyond the history."""
        return moment_ms >= self._calendar.anchor_ms

    def open(self) -> None:
        """The ticket comes in."""
        self._enter(self._ticket.created_ms, self._open[0])

    def promise(self, rng: random.Random) -> None:
        """Set due dates where the desk made a promise (SLA)."""
        if rng.random() >= _PROMISED:
            return
        priority = self._values["hs_ticket_priority"]
        for goal, hours in ((_FIRST_RESPONSE, _ANSWER_WITHIN), (_CLOSE, _CLOSE_WITHIN)):
            due = self._calendar.after_office_hours(self._ticket.created_ms, hours[priority] * HOUR_MS)
            self._ticket.set_dated(f"{goal}_sla_at", due)
            self._values[f"{goal}_sla_status"] = _pending(due, self._calendar.anchor_ms)

    def answer(self, moment_ms: int, opening_ms: int, rng: random.Random) -> None:
        """An agent answers for the first time."""
        ticket = self._ticket
        self._values["hs_num_times_contacted"] = str(rng.randrange(1, 6))
        if rng.random() < TIMED_IN_OPENING_HOURS:
            self._values[f"{_FIRST_RESPONSE}_in_operating_hours"] = str(opening_ms)
        drawn = rng.random()
        if drawn < TIMED_BY_THE_CLOCK:
            self._values["time_to_first_agent_reply"] = str(moment_ms - ticket.created_ms)
        if drawn < TIMED_BY_THE_CLOCK + ONLY_DATED:
            ticket.set_dated("first_agent_reply_date", moment_ms)
        if rng.random() < _ASSIGNMENT_TIMED and "hubspot_owner_id" in self._values:
            assigned = round((moment_ms - ticket.created_ms) * rng.random())
            self._values["hs_time_to_first_rep_assignment"] = str(assigned)
        ticket.set_dated("last_reply_date", moment_ms)
        self._keep_promise(_FIRST_RESPONSE, moment_ms)
        self._enter(moment_ms, rng.choice(self._open[1:] or self._open))

    def close(self, moment_ms: int, opening_ms: int) -> None:
        """The matter is settled."""
        ticket = self._ticket
        ticket.closed_ms = moment_ms
        for name in ("closed_date", "hs_last_closed_date"):
            ticket.set_dated(name, moment_ms)
        self._values.update(
            time_to_close=str(moment_ms - ticket.created_ms),
            hs_time_to_close_in_operating_hours=str(opening_ms),
            hs_is_closed="true",
            hs_is_one_touch_ticket="true" if self._values.get("hs_num_times_contacted") == "1" else "false",
        )
        self._keep_promise(_CLOSE, moment_ms)
        self._enter(moment_ms, self._closed)

    def reopen(self, moment_ms: int) -> None:
        """The customer comes back: what closing wrote is cleared, except when it last happened."""
        ticket = self._ticket
        ticket.closed_ms = None
        ticket.set_dated("hs_ticket_reopened_at", moment_ms)
        self._values.update(_CLEARED_BY_REOPENING)
        if (due := self._due(_CLOSE)) is not None:
            self._values[f"{_CLOSE}_sla_status"] = _pending(due, self._calendar.anchor_ms)
        self._enter(moment_ms, self._open[-1])

    def _keep_promise(self, goal: str, moment_ms: int) -> None:
        if (due := self._due(goal)) is not None:
            self._values[f"{goal}_sla_status"] = SLA_ON_TIME if moment_ms <= due else SLA_LATE

    def _due(self, goal: str) -> int | None:
        return parse_moment(self._values.get(f"{goal}_sla_at", ""))

    def _enter(self, moment_ms: int, stage_id: str) -> None:
        self._ticket.track("hs_pipeline_stage", moment_ms, stage_id)
        if self._stage_dates:
            self._ticket.set_dated(f"hs_v2_date_entered_{stage_id}", moment_ms)


def _pending(due_ms: int, now_ms: int) -> str:
    if due_ms < now_ms:
        return SLA_OVERDUE
    return SLA_DUE_SOON if due_ms - now_ms < _DUE_SOON_MS else SLA_ACTIVE
