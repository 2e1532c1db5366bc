"""Screens as text: SVG files to look at. After a change look at the difference, then ``pytest --update-golden``."""

from __future__ import annotations

from emulator.core.assets import asset
from emulator.core.profile import load_profile
from emulator.hud.document import load_documents, parse_document
from emulator.hud.layout import lay_out, preview
from emulator.hud.state import HudState, Slot
from emulator.hud.svg import to_svg

MAP = """
hud: map
samples:
  way:
    left: 620 米
    map:
      span_m: 400
      lines:
        - {tier: dim, points: [[-400, 90], [400, 130]]}
        - {tier: regular, points: [[-150, -300], [-140, 300]]}
        - {tier: bright, points: [[0, -250], [0, 105], [120, 115]]}
      here: [0, -30, 20]
      pin: [120, 115]
      north_deg: -15
      grid_m: 100
root: {row: {gap: 0.4deg, items: [{map: {bind: map, id: map, grow: 1, h: 8deg}}, {text: {bind: left}}]}}
"""
DOCUMENTS = load_documents(asset("huds"))
STATUS = {"time": "09:41", "battery": "86%", "level": 0.86}


def svg(*screens: str, profile: str = "quark_s1") -> str:
    """Return the picture of screens as ``screen/sample``: one, or a base and what stands over it."""
    layers = ("launcher", "transient") if len(screens) > 1 else ("app",)
    slots = []
    for name, layer in zip(screens, layers, strict=True):
        screen, _, sample = name.partition("/")
        slots.append(Slot(screen, layer, screen, DOCUMENTS[screen].samples[sample]))
    display = load_profile(profile).display
    assert display is not None
    return to_svg(lay_out(HudState(True, tuple(slots), STATUS), DOCUMENTS, display))


def test_launcher(golden):
    """Five icons, the middle one larger and labelled; clock and battery on top; hints at the edges, wave between."""
    golden(svg("launcher/zh"), "launcher.svg")


def test_clock(golden):
    """Large time in the middle; date, battery and its level in one line below."""
    golden(svg("clock/en"), "clock.svg")


def test_listening(golden):
    """The bright wave near the bottom centre, nothing else in the middle."""
    golden(svg("turn/listening"), "turn-listening.svg")


def test_a_long_answer(golden):
    """Question above, five lines of answer, arrows up and down at its right edge, no line wider than the others."""
    golden(svg("turn/long"), "turn-long.svg")


def test_an_error(golden):
    """A circle with an exclamation mark above the words; "Speak now" without a temple icon."""
    golden(svg("turn/error"), "turn-error.svg")


def test_a_pill_over_the_launcher(golden):
    """The pill hugs its words at the top; launcher dimmed beneath, its status line and hints gone."""
    golden(svg("launcher/zh", "notification/zh"), "notification-over-launcher.svg")


def test_a_card(golden):
    """An outlined card over the whole width: bell, sender, app at the right; the text broken at Chinese rules."""
    golden(svg("launcher/zh", "notification-card/long"), "notification-card.svg")


def test_a_call(golden):
    """The one filled pill: phone, name, timer; only the right hint."""
    golden(svg("launcher/zh", "call/active"), "call-active.svg")


def test_a_list(golden):
    """The selected note in a box with number badge and second line, neighbours dim, counter right of the box."""
    golden(svg("memo-list/zh"), "memo-list.svg")


def test_an_empty_list(golden):
    """No box and no counter: an icon and what to say."""
    golden(svg("memo-list/empty"), "memo-list-empty.svg")


def test_the_reticle(golden):
    """Four corners, the mode between the upper two, nothing on the subject."""
    golden(svg("camera/zh"), "camera.svg")


def test_a_bar(golden):
    """Icon, bar filled to its share, label; launcher dimmed beneath."""
    golden(svg("launcher/en", "volume/zh"), "volume-over-launcher.svg")


def test_a_tall_canvas(golden):
    """All of it between the upper and lower 80 pixels."""
    golden(svg("settings/zh", profile="rokid_glasses"), "settings.rokid_glasses.svg")


def test_a_tiny_canvas(golden):
    """Three icons; the hints below each other, without icons."""
    golden(svg("launcher/en", profile="brilliant_halo"), "launcher.brilliant_halo.svg")


def test_guidance_with_its_map(golden):
    """Arrow, distance and street at the left; the map heading up in the middle with its source below; the rest right."""
    golden(svg("navigation-running/map"), "navigation-running.svg")


def test_a_map(golden):
    """Thin tilted grid, streets in two tiers, the route thick and bright; arrow and pin stand off it; N upper right."""
    display = load_profile("quark_s1").display
    assert display is not None
    golden(to_svg(preview(parse_document(MAP, "map.hud.yaml"), "way", display)), "map.svg")


def test_trip_flight(golden):
    """Gate left, what to do right; times large at both ends with the number between; airports below; how to close."""
    golden(svg("trip-flight/boarding"), "trip-flight.svg")


def test_a_price(golden):
    """The name; the mean small before the price, on one foot; below it of when it is, who answered, that it is a sample."""
    golden(svg("shopping/stale"), "shopping-price.svg")


def test_pay_card_of_a_new_payee(golden):
    """Banner with its mark on top; the payee dim, 沙箱 in a frame; the amount largest; the two phrases bold in a thin box."""
    golden(svg("pay-card/first"), "pay-card-first.svg")
