"""Service and sales work go on: tickets, activities and survey responses from one tick to the next.

Only what a portal's scenario gives it goes on: a portal without tickets gets none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.calendar import BusinessCalendar
from tests.hubspot_simulator.business.drafts import Ticket
from tests.hubspot_simulator.business.feedback import SURVEYS, answer
from tests.hubspot_simulator.business.phrases import phrases_of
from tests.hubspot_simulator.business.service_times import Service
from tests.hubspot_simulator.business.tickets import opening
from tests.hubspot_simulator.business.touches import LOGGERS, Touch
from tests.hubspot_simulator.clock import iso, to_ms
from tests.hubspot_simulator.ticking import PortalTick

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from tests.hubspot_simulator.records import Record
    from tests.hubspot_simulator.world import World

_TICKETS_FOR_ONE_MORE = 300
_REOPEN_EVERY = 3
_ARCHIVE_EVERY = 4
# Office hours matter for the times of a ticket; tickets older than this count from here.
_DAYS_KNOWN = 60


def run_service_tick(world: World, portal_id: int, at: datetime, rng: random.Random) -> dict[str, int]:
    """Make some things happen to the tickets, activities and surveys of one portal, at about `at`.

    Returns:
        How often each thing happened.
    """
    spec = world.portals[portal_id].spec
    tick = _Tick(world, portal_id, at, rng)
    if spec.tickets:
        for _ in range(1 + spec.tickets // _TICKETS_FOR_ONE_MORE):
            tick.open_ticket()
            tick.answer_ticket()
            tick.close_ticket()
        if rng.randrange(_REOPEN_EVERY) == 0:
            tick.reopen_ticket()
    if spec.activities:
        for object_type in LOGGERS:
            tick.log(object_type)
        tick.complete_task()
        if rng.randrange(_ARCHIVE_EVERY) == 0:
            tick.archive_note()
    if spec.feedback:
        tick.answer_survey()
    return dict(tick.counts)


class _Tick(PortalTick):
    _STEP = timedelta(milliseconds=3)

    def __init__(self, world: World, portal_id: int, at: datetime, rng: random.Random) -> None:
        super().__init__(world, portal_id, at, rng)
        self._spec = self._portal.spec
        self._lines = {line.id: line for line in self._spec.ticket_pipelines}
        self._phrases = phrases_of(self._spec.locale)
        self._calendar = BusinessCalendar(self._spec.business, self._spec.time_zone, to_ms(at), _DAYS_KNOWN)

    def open_ticket(self) -> None:
        """Somebody asks for help."""
        at, rng = self._next_moment(), self._rng
        properties = opening(rng, rng.choice(self._spec.ticket_pipelines), self._phrases)
        properties["hubspot_owner_id"] = rng.choice(self._portal.owners).id
        ticket = self._create("tickets", properties, at)
        self._link("tickets", ticket, self._any("contacts"))
        self.counts["tickets created"] += 1

    def answer_ticket(self) -> None:
        """The ticket that waits longest gets its first answer."""
        waiting = [
            ticket for ticket in self._tickets(closed=False) if "last_reply_date" not in ticket.properties
        ]
        if waiting:
            self._serve(waiting[0], lambda service, at, worked: service.answer(at, worked, self._rng))
            self.counts["tickets answered"] += 1

    def close_ticket(self) -> None:
        """A ticket that was answered is settled."""
        answered = [
            ticket for ticket in self._tickets(closed=False) if "last_reply_date" in ticket.properties
        ]
        if answered:
            self._serve(self._rng.choice(answered), Service.close)
            self.counts["tickets closed"] += 1

    def reopen_ticket(self) -> None:
        """A customer comes back."""
        closed = self._tickets(closed=True)
        if closed:
            self._serve(self._rng.choice(closed), lambda service, at, _: service.reopen(at))
            self.counts["tickets reopened"] += 1

    def log(self, object_type: str) -> None:
        """Somebody logs what was said and done."""
        at, contact = self._next_moment(), self._any("contacts")
        touch = Touch(
            at_ms=to_ms(at),
            now_ms=to_ms(at) + 1,
            owner=self._rng.choice([owner for owner in self._portal.owners if not owner.archived]),
            person=contact.properties,
            phrases=self._phrases,
            rng=self._rng,
        )
        record = self._create(object_type, LOGGERS[object_type](touch).properties, at)
        self._link(object_type, record, contact)
        self.counts[f"{object_type} logged"] += 1

    def complete_task(self) -> None:
        """A task is done."""
        undone = [
            task
            for task in self._portal.objects["tasks"]
            if task.properties.get("hs_task_status") == "NOT_STARTED"
        ]
        if not undone:
            return
        task, at = self._rng.choice(undone), self._next_moment()
        changes: dict[str, str | None] = {
            "hs_task_status": "COMPLETED",
            "hs_task_is_completed": "1",
            "hs_task_completion_date": iso(to_ms(at)),
        }
        self._world.update(self._portal.portal_id, "tasks", task.id, changes, at=at)
        self.counts["tasks completed"] += 1

    def archive_note(self) -> None:
        """Somebody deletes a note."""
        notes = self._portal.objects["notes"]
        if notes.live_ids:
            note_id = self._rng.choice(notes.live_ids)
            self._world.archive(self._portal.portal_id, "notes", note_id, at=self._next_moment())
            self.counts["notes archived"] += 1

    def answer_survey(self) -> None:
        """Somebody whose ticket was closed, or anybody, answers a survey."""
        at, survey = self._next_moment(), self._rng.choice(SURVEYS)
        contact, closed = self._any("contacts"), self._tickets(closed=True)
        properties = answer(survey, to_ms(at), contact.properties, self._phrases, self._rng)
        properties["hs_contact_id"] = str(contact.id)
        response = self._create("feedback_submissions", properties, at)
        self._associate("feedback_submissions", response, "contacts", contact.id)
        if survey.about_ticket and closed:
            self._associate("feedback_submissions", response, "tickets", self._rng.choice(closed).id)
        self.counts["surveys answered"] += 1

    def _serve(self, record: Record, act: Callable[[Service, int, int], None]) -> None:
        """Let something happen to a ticket, and write what that changed."""
        at = self._next_moment()
        before = record.properties
        ticket = Ticket(record.id, record.created_ms, record.modified_ms, dict(before))
        service = Service(
            ticket, self._lines[before["hs_pipeline"]], self._calendar, stage_dates=self._spec.stage_dates
        )
        act(service, to_ms(at), self._calendar.office_hours_between(record.created_ms, to_ms(at)))
        changes: dict[str, str | None] = {
            name: value for name, value in ticket.properties.items() if before.get(name) != value
        }
        self._world.update(self._portal.portal_id, "tickets", record.id, changes, at=at)

    def _tickets(self, *, closed: bool) -> list[Record]:
        return [
            ticket
            for ticket in self._portal.objects["tickets"]
            if ticket.properties.get("hs_pipeline") in self._lines
            and (ticket.properties.get("hs_is_closed") == "true") == closed
        ]

    def _link(self, object_type: str, record: Record, contact: Record) -> None:
        """Associate a record with a contact, and with what that contact is about."""
        self._associate(object_type, record, "contacts", contact.id)
        for other in ("companies", "deals"):
            for other_id, _ in self._portal.live_links("contacts", contact.id, other)[:1]:
                self._associate(object_type, record, other, other_id)

    def _associate(self, object_type: str, record: Record, to_type: str, to_id: int) -> None:
        self._world.associate(self._portal.portal_id, object_type, record.id, to_type, to_id)

    def _create(self, object_type: str, properties: dict[str, str], at: datetime) -> Record:
        return self._world.create(self._portal.portal_id, object_type, properties, at=at)
