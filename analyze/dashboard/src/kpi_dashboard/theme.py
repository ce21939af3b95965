"""How the dashboard looks, by day and by night: dense, calm, readable to the colour-blind."""

from __future__ import annotations

from typing import Final

# Better is blue and worse is orange, which everybody tells apart; red stays for what is broken.
_COLOURS: Final = {
    "light": {
        "primaryColor": "#0072b2",
        "backgroundColor": "#ffffff",
        "secondaryBackgroundColor": "#f4f6f8",
        "textColor": "#1c2530",
        "borderColor": "#dde3ea",
        "blueTextColor": "#00639b",
        "orangeTextColor": "#a84300",
        "grayTextColor": "#5f6b7a",
    },
    "dark": {
        "primaryColor": "#56b4e9",
        "backgroundColor": "#12171d",
        "secondaryBackgroundColor": "#1b222b",
        "textColor": "#e6ebf1",
        "borderColor": "#303a46",
        "blueTextColor": "#7cc6f2",
        "orangeTextColor": "#ffa366",
        "grayTextColor": "#9aa7b6",
    },
}

THEME: Final = {
    "theme.baseFontSize": 14,
    "theme.baseRadius": "small",
    "theme.metricValueFontSize": "1.3rem",
    "theme.metricValueFontWeight": 600,
    "theme.headingFontSizes": ["1.6rem", "1.25rem", "1.05rem", "1rem", "0.9rem", "0.8rem"],
    "theme.showWidgetBorder": True,
    "theme.paddingTop": "1rem",
    "theme.paddingBottom": "3rem",
    **{
        f"theme.{mode}.{name}": value for mode, colours in _COLOURS.items() for name, value in colours.items()
    },
}

# What the theme has no setting for: room at the edges, which tables need more.
STYLE: Final = """<style>
[data-testid="stMainBlockContainer"] { padding-left: clamp(0.75rem, 2vw, 2rem); padding-right: clamp(0.75rem, 2vw, 2rem); }
[data-testid="stMetric"] > div:first-child { padding: 0.5rem 0.65rem 0; }
[data-testid="stMetricLabel"], [data-testid="stMetricLabel"] p { font-size: 0.8rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.75rem; }
</style>"""
