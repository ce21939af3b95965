"""The forms of a generated portal, and what its contacts filled in."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.business.people import email
from tests.hubspot_simulator.clock import DAY_MS, iso
from tests.hubspot_simulator.marketing.forms import (
    Form,
    FormBook,
    Submission,
    SubmittedValue,
    form_definition,
)
from tests.hubspot_simulator.marketing.pages import guid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.hubspot_simulator.business.scene import Scene
    from tests.hubspot_simulator.marketing.forms import FormType

_NAMES = {
    "en": (
        "Contact us",
        "Newsletter sign-up",
        "footer .w-form",
        "Trade fair raffle",
        "Blog comments",
        "Catalogue request (old)",
        "Pop-up: first order",
        "Partner application",
        "Book a demo",
        "Price list",
        "Webinar registration",
        "Feedback",
    ),
    "de": (
        "Kontakt",
        "Newsletter",
        "#anfrage-formular",
        "Messe-Gewinnspiel",
        "Blog-Kommentare",
        "Katalog bestellen (alt)",
        "Pop-up: Rückruf",
        "Händler werden",
        "Vorführung vereinbaren",
        "Preisliste",
        "Webinar-Anmeldung",
        "Rückmeldung",
    ),
    "ja": (
        "お問い合わせ",
        "メールマガジン登録",
        "#contact-form",
        "展示会アンケート",
        "ブログコメント",
        "カタログ請求・旧",
        "ポップアップ",
        "代理店応募",
        "デモ予約",
        "価格表",
        "ウェビナー申込",
        "ご意見",
    ),
}
_TYPES: dict[int, FormType] = {2: "captured", 4: "blog_comment", 6: "flow"}
_DEAD, _COMMENTS, _ARCHIVED, _NEVER_USED = 3, 4, 5, 7
_WEIGHTS = (10.0, 5.0, 2.0, 1.5, 0.0, 1.0, 2.0, 0.0)
_LATER_WEIGHT = 1.5
# Of the history: in the rest of it nobody filled in the dead form and the archived one.
_ALIVE = 0.4
_ARCHIVED_DAYS_AGO = 90
_KNOWN_PROPERTIES = ("email", "firstname", "lastname", "company", "jobtitle", "phone")
_ODD_MESSAGES = (
    "NUL\x00 inside",
    "🏔️ 𠮷野家",
    "",
    "half an emoji \ud83d",
    'line one\r\n"two"',
    '{"json": null}',
)


def draft_forms(scene: Scene) -> FormBook:
    """Forms of every type: one that nobody uses any more, one never used, one archived, one of blog comments."""
    book = FormBook()
    forms = [book.put(_form(scene, number)) for number in range(scene.spec.forms)]
    weights = [_WEIGHTS[number] if number < len(_WEIGHTS) else _LATER_WEIGHT for number in range(len(forms))]
    for number, count in enumerate(_shares(weights, scene.spec.submissions)):
        _fill_in(scene, book, forms[number], number, count)
    return book


def _form(scene: Scene, number: int) -> Form:
    spec, start = scene.spec, scene.calendar.start_ms
    names = _NAMES.get(spec.locale[:2], _NAMES["en"])
    properties = scene.rng.sample(_KNOWN_PROPERTIES[1:], k=scene.rng.randrange(2, 5))
    made = start + number * DAY_MS
    form = Form(
        id=guid(spec.portal_id, "form", number),
        form_type=_TYPES.get(number, "hubspot"),
        name=names[number] if number < len(names) else f"{names[0]} {number}",
        created_at=iso(made),
        updated_at=iso(made + scene.rng.randrange(DAY_MS)),
        **form_definition(spec.locale[:2], "email", *properties, "message"),
    )
    if number == _ARCHIVED:
        archived_at = iso(scene.calendar.anchor_ms - _ARCHIVED_DAYS_AGO * DAY_MS)
        return msgspec.structs.replace(form, archived=True, archived_at=archived_at)
    return form


def _fill_in(scene: Scene, book: FormBook, form: Form, number: int, count: int) -> None:
    contacts = sorted(scene.portal.objects["contacts"], key=lambda record: record.created_ms)
    created = [record.created_ms for record in contacts]
    start = scene.calendar.start_ms
    page = f"https://www.{scene.spec.domain}/{('kontakt', 'newsletter', 'landing')[number % 3]}"
    moments = scene.calendar.moments(scene.rng, count)
    if number in {_DEAD, _ARCHIVED}:
        moments = [start + round((moment - start) * _ALIVE) for moment in moments]
    for position, moment in enumerate(moments):
        known = bisect_left(created, moment)
        # Whoever is new to the portal has most likely just come through a form.
        chosen = max(known - 1 - int(scene.rng.expovariate(0.2)), 0)
        values = contacts[chosen].properties if contacts else _stranger(scene, position)
        submission = Submission(
            # Two people at once now and then: a copy must not take them for one.
            submitted_at=moments[position - 1] if position % 17 == 5 else moment,
            values=tuple(SubmittedValue(name, values[name]) for name in _fields(form) if values.get(name))
            + _message(scene, position),
            page_url=page if scene.rng.random() < 0.9 else f"{page}?utm_source=newsletter&x=%F0%9F%8F%94",
        )
        if scene.spec.conversion_ids:
            named = guid(scene.spec.portal_id, "submission", book.submitted)
            submission = msgspec.structs.replace(submission, conversion_id=named)
        book.submit(form.id, submission)


def _fields(form: Form) -> list[str]:
    return [field["name"] for group in form.field_groups for field in group["fields"]]


def _stranger(scene: Scene, position: int) -> Mapping[str, str]:
    given, family = scene.rng.choice(scene.people.given), scene.rng.choice(scene.people.family)
    return {
        "email": email(given, family, position, "mail.example"),
        "firstname": given.written,
        "lastname": family.written,
    }


def _message(scene: Scene, position: int) -> tuple[SubmittedValue, ...]:
    if scene.spec.value_quirks and position < len(_ODD_MESSAGES):
        return (SubmittedValue("message", _ODD_MESSAGES[position]),)
    if scene.rng.random() < 0.1:
        url = f"https://api.hubspot.com/form-integrations/v1/uploaded-files/signed-url-redirect/{position}"
        return (SubmittedValue("file", url),)
    return ()


def _shares(weights: list[float], total: int) -> list[int]:
    """`total` divided in proportion to the weights; what rounding leaves goes to the first."""
    if not sum(weights):
        return [0] * len(weights)
    shares = [int(total * weight / sum(weights)) for weight in weights]
    shares[0] += total - sum(shares)
    return shares
