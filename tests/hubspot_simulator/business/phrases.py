"""What people write in tickets, mails, notes and surveys, in the language of the portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

PRODUCT_ISSUE, BILLING_ISSUE = "PRODUCT_ISSUE", "BILLING_ISSUE"
FEATURE_REQUEST, GENERAL_INQUIRY = "FEATURE_REQUEST", "GENERAL_INQUIRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The words of one language.

    Attributes:
        subjects: Of tickets, by ticket category.
        sentences: What bodies of notes, mails and calls are made of.
    """

    subjects: Mapping[str, tuple[str, ...]]
    calls: tuple[str, ...]
    meetings: tuple[str, ...]
    mails: tuple[str, ...]
    tasks: tuple[str, ...]
    messages: tuple[str, ...]
    sentences: tuple[str, ...]
    praise: tuple[str, ...]
    complaints: tuple[str, ...]

    def body(self, rng: random.Random) -> str:
        """Two to four sentences."""
        return " ".join(rng.sample(self.sentences, rng.randrange(2, 5)))


def html(text: str) -> str:
    """Text as HubSpot's editor stores it."""
    return f'<div style="" dir="auto" data-top-level="true"><p style="margin:0;">{text}</p></div>'


def phrases_of(locale: str) -> Phrases:
    """The words of a locale's language; English where there are none."""
    return _LANGUAGES.get(locale.split("_", maxsplit=1)[0], _ENGLISH)


_ENGLISH = Phrases(
    subjects={
        PRODUCT_ISSUE: (
            "Arrived damaged",
            "Stopped working after a week",
            "Wrong item delivered",
            "Login fails",
        ),
        BILLING_ISSUE: ("Charged twice", "Invoice address is wrong", "Refund not received", "VAT on invoice"),
        FEATURE_REQUEST: ("Could you add an export?", "More colours, please", "Notify me when back in stock"),
        GENERAL_INQUIRY: ("When will my order ship?", "Opening hours", "How do I change my address?"),
    },
    calls=("Discovery call", "Follow-up", "Call about the quote", "Support call back", "Renewal"),
    meetings=("Introduction", "Product demo", "Quarterly review", "Contract walk-through", "Kick-off"),
    mails=(
        "Your quote",
        "Following up on our call",
        "Next steps",
        "Re: Delivery date",
        "Documents you asked for",
    ),
    tasks=("Send the quote", "Call back", "Check credit limit", "Prepare the demo", "Ask for a reference"),
    messages=("Thanks, got it!", "Running ten minutes late.", "Is Thursday fine?", "See you at the fair."),
    sentences=(
        "Spoke about quantities for next season.",
        "They compare us with two other suppliers.",
        "Budget is approved until the end of the quarter.",
        "Decision lies with the head of purchasing.",
        "Wants a written offer by Friday.",
        "Delivery time matters more than price.",
        "Asked for references in the same trade.",
        "We agreed to speak again in two weeks.",
    ),
    praise=("Quick and friendly.", "Solved at once, thank you!", "Great service"),
    complaints=("Took far too long.", "Nobody read what I wrote.", "Still not solved."),
)
_GERMAN = Phrases(
    subjects={
        PRODUCT_ISSUE: (
            "Spindel läuft unrund",
            "Steuerung meldet Fehler 4711",
            "Falsches Ersatzteil",
            "Leckage",
        ),
        BILLING_ISSUE: ("Rechnung doppelt erhalten", "Skonto nicht berücksichtigt", "Umsatzsteuer falsch"),
        FEATURE_REQUEST: ("Schnittstelle zum Leitstand", "Längere Garantie möglich?", "Größerer Arbeitsraum"),
        GENERAL_INQUIRY: ("Wann kommt der Monteur?", "Lieferzeit für Ersatzteile", "Schulungstermine"),
    },
    calls=("Erstgespräch", "Rückruf", "Angebot nachfassen", "Technische Klärung", "Wartungstermin"),
    meetings=("Werksbesichtigung", "Maschinenvorführung", "Abnahme", "Vertragsgespräch", "Messegespräch"),
    mails=(
        "Ihr Angebot",
        "Unser Telefonat",
        "Terminbestätigung",
        "AW: Liefertermin",
        "Angeforderte Unterlagen",
    ),
    tasks=(
        "Angebot schreiben",
        "Zurückrufen",
        "Zeichnung prüfen",
        "Vorführung vorbereiten",
        "Bonität prüfen",
    ),
    messages=("Danke, passt!", "Komme zehn Minuten später.", "Geht auch Donnerstag?", "Bis zur Messe!"),
    sentences=(
        "Stückzahlen für das nächste Jahr besprochen.",
        "Vergleicht uns mit zwei Wettbewerbern.",
        "Das Budget ist bis Quartalsende freigegeben.",
        "Entscheidet die Geschäftsführung.",
        "Möchte bis Freitag ein schriftliches Angebot.",
        "Liefertermin ist wichtiger als der Preis.",
        "Fragt nach Referenzen aus der Branche.",
        "Wir sprechen in zwei Wochen wieder.",
    ),
    praise=("Schnell und freundlich.", "Sofort gelöst, danke!", "Kompetenter Monteur"),
    complaints=("Hat viel zu lange gedauert.", "Niemand ruft zurück.", "Immer noch nicht gelöst."),
)
_JAPANESE = Phrases(
    subjects={
        PRODUCT_ISSUE: ("商品が破損していました", "違う商品が届きました", "賞味期限について"),
        BILLING_ISSUE: ("請求書の金額が違います", "領収書の再発行"),
        FEATURE_REQUEST: ("小ロットでの注文希望", "新しい味の追加"),
        GENERAL_INQUIRY: ("納期について", "在庫の確認", "営業時間の問い合わせ"),
    },
    calls=("初回ヒアリング", "見積のフォロー", "納期確認", "折り返し"),
    meetings=("ご挨拶", "商品説明", "定例会議", "契約の打ち合わせ"),
    mails=("お見積書の送付", "お打ち合わせのお礼", "Re: 納期の件", "資料送付のご案内"),
    tasks=("見積書を送る", "電話をかけ直す", "サンプル手配", "与信確認"),
    messages=("承知しました。", "十分ほど遅れます。", "木曜日はいかがですか。", "よろしくお願いします。"),
    sentences=(
        "来季の数量について話しました。",
        "他社二社と比較中です。",
        "予算は期末まで承認済みです。",
        "決裁者は部長です。",
        "金曜日までに見積書が必要です。",
        "価格より納期を重視しています。",
    ),
    praise=("迅速な対応でした。", "とても満足です。"),
    complaints=("返事が遅いです。", "まだ解決していません。"),
)
_LANGUAGES = {"en": _ENGLISH, "de": _GERMAN, "ja": _JAPANESE}
