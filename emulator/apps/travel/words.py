"""What the cards of trips say, in Chinese and in English."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from emulator.sdk import Context

Told = dict[str, Any]  # a trip or a moment as the travel service replies


def half(ctx: Context, told: Told) -> str:
    """Return the word for who told of a trip last: what is subscribed, or this machine."""
    return ctx.half({"engine": told["half"]})


def flight_values(ctx: Context, told: Told) -> Told:
    """Return the bindings of ``trip-flight``."""
    gate = str(told["gate"])
    return {
        "gate": ctx.text(f"登机口 {gate}", f"Gate {gate}") if gate else "",
        "status": status(ctx, told),
        "urgent": _urgent(told),
        "departs": told["departs"],
        "number": told["number"],
        "arrives": told["arrives"],
        "origin": told["origin"],
        "target": told["target"],
        "note": note(ctx, told),
        "label": half(ctx, told),
    }


def train_values(ctx: Context, told: Told) -> Told:
    """Return the bindings of ``trip-train``."""
    gate, coach, seat = (str(told[name]) for name in ("gate", "coach", "seat"))
    zh = f"{coach}车{seat}" if coach else seat
    en = " · ".join(part for part in (f"Coach {coach}" if coach else "", f"seat {seat}" if seat else "") if part)
    ends = " → ".join(str(told[name]) for name in ("origin", "target") if told[name])
    return {
        "gate": ctx.text(f"检票口 {gate}", f"Gate {gate}") if gate else "",
        "status": status(ctx, told),
        "urgent": _urgent(told),
        "number": told["number"],
        "seat": ctx.text(zh, en),
        "departs": told["departs"],
        "ends": ends,
        "note": note(ctx, told, seat=False),
        "label": half(ctx, told),
    }


def note_values(ctx: Context, told: Told) -> Told:
    """Return the bindings of ``trip-note`` for a stay or an event."""
    hotel = told["kind"] == "hotel"
    first = moment_text(ctx, str(told["starts_at"]))
    last = told["arrives"]
    stay = ctx.text(f"{first} 起 · {last} 前退房", f"From {first}, out by {last}") if last else first
    place = str(told["origin"])
    return {
        "icon": "pin" if hotel else "clock",
        "status": status(ctx, told),
        "title": told["number"] or place,
        "place": "" if place == told["number"] else place,
        "note": stay if hotel else first,
        "label": half(ctx, told),
    }


def status(ctx: Context, told: Told) -> str:
    """Return what there is to say of a trip now, in a few words."""
    train, value = told["kind"] == "train", str(told.get("value", ""))
    if told["cancelled"]:
        return ctx.text("列车停运" if train else "航班取消", "Cancelled")
    what = {
        "check-in": ("可以值机了", "Check-in is open"),
        "leave": ("该出发了", "Time to leave"),
        "be-there": ("该去车站了" if train else "该去机场了", "Time to go"),
        "boarding": ("开始检票" if train else "开始登机", "Boarding"),
        "gate": (f"改到 {value}", f"New gate {value}"),
        "delay": (_late_zh(value), f"{value} min late") if value != "0" else ("恢复正点", "On time again"),
        "moved": ("时间改了", "New time"),
        "restored": ("恢复运行" if train else "航班恢复", "It goes again"),
        "connection": (f"换乘仅剩 {value} 分钟", f"Only {value} min to change"),
        "hotel": ("可以入住", "You can check in"),
        "hotel-out": (f"{told['arrives']} 前退房", f"Leave the room by {told['arrives']}"),
        "event": ("即将开始", "Begins soon"),
    }.get(str(told.get("what", "")))
    if what:
        return ctx.text(*what)
    if told["delay_min"]:
        return ctx.text(_late_zh(str(told["delay_min"])), f"{told['delay_min']} min late")
    return day_text(ctx, date.fromisoformat(str(told["day"]))) if told["day"] else ""


def note(ctx: Context, told: Told, *, seat: bool = True) -> str:
    """Return the small line of a card: what to do, when to leave, which seat."""
    if told["cancelled"]:
        return ctx.text("请联系售票方改签或退票", "Ask the seller to rebook or refund")
    parts = []
    if told["planned"]:
        parts.append(ctx.text(f"原定 {told['planned']}", f"Planned {told['planned']}"))
    if told.get("what") in ("leave", "be-there", "delay", "moved", "check-in", None) and told["leave"]:
        parts.append(leave_text(ctx, told))
    if seat and told["seat"] and told.get("what") not in ("leave", "be-there"):
        parts.append(ctx.text(f"座位 {told['seat']}", f"Seat {told['seat']}"))
    if not told["departs"]:
        parts.append(ctx.text("起飞时间未知", "Time unknown"))
    return ctx.text("，", ", ").join(parts)


def leave_text(ctx: Context, told: Told) -> str:
    """Return until when to leave and how long the way is, and how that is known."""
    leave, minutes = told["leave"], told["way_min"]
    if minutes is None:
        there = "到车站" if told["kind"] == "train" else "到机场"
        return ctx.text(f"{leave} 前{there}", f"Be there by {leave}")
    guess_zh, guess_en = ("（按距离估算）", " (by distance)") if told["way_by"] == "distance" else ("", "")
    return ctx.text(
        f"{leave} 前出发，路上约 {minutes} 分钟{guess_zh}", f"Leave by {leave}, {minutes} min on the way{guess_en}"
    )


def said_of(ctx: Context, told: Told, about: str) -> str:
    """Return the answer to a question about a trip: ``gate``, ``seat``, ``boards``, ``leave``, or ``next`` for all of it."""
    number, coach = told["number"], told["coach"]
    if about == "leave" and told["leave"]:
        return leave_text(ctx, told)
    if about == "gate":
        gate = told["gate"]
        word = "检票口" if told["kind"] == "train" else "登机口"
        if not gate:
            return ctx.text(f"{number} 还没有{word}", f"No gate yet for {number}")
        return ctx.text(f"{number} {word} {gate}", f"{number} gate {gate}")
    if about == "seat":
        seat = told["seat"]
        if not seat:
            return ctx.text(f"{number} 没有座位信息", f"No seat is known for {number}")
        zh, en = (f"{coach}车", f"coach {coach}, ") if coach else ("", "")
        return ctx.text(f"{number} 座位 {zh}{seat}", f"{number} {en}seat {seat}")
    if about == "boards":
        boards = told["boards"]
        if not boards:
            return ctx.text(f"{number} 的登机时间未知", f"The boarding time of {number} is not known")
        word = "检票" if told["kind"] == "train" else "登机"
        return ctx.text(f"{number} {boards} 开始{word}", f"{number} boards at {boards}")
    return spoken(ctx, told)


def spoken(ctx: Context, told: Told) -> str:
    """Return a trip in one sentence."""
    if told["kind"] in ("hotel", "event"):
        values = note_values(ctx, told)
        return ctx.text(f"{values['title']}，{values['note']}", f"{values['title']}, {values['note']}")
    when = moment_text(ctx, str(told["starts_at"])) if told["starts_at"] else status(ctx, told)
    ends = ctx.text(f"{told['origin']}到{told['target']}", f"from {told['origin']} to {told['target']}")
    if told["cancelled"]:
        return ctx.text(f"{told['number']}，{ends}，已取消", f"{told['number']} {ends} is cancelled")
    late = (
        ctx.text(f"，{_late_zh(str(told['delay_min']))}", f", {told['delay_min']} minutes late")
        if told["delay_min"]
        else ""
    )
    return ctx.text(f"{when}，{told['number']}，{ends}{late}", f"{when}, {told['number']} {ends}{late}")


def moment_text(ctx: Context, iso: str) -> str:
    """Return ``今天 19:02``, ``28日 19:02``, ``Sat 28 Nov 19:02`` of a local time; "" of none."""
    if not iso:
        return ""
    when = datetime.fromisoformat(iso)
    return f"{day_text(ctx, when.date())} {when:%H:%M}"


def day_text(ctx: Context, day: date) -> str:
    """Return ``今天``, ``明天``, ``11月28日``; ``Today``, ``Tomorrow``, ``Sat 28 Nov``."""
    days = (day - ctx.now().date()).days
    if days in (0, 1):
        return ctx.text("今天" if days == 0 else "明天", "Today" if days == 0 else "Tomorrow")
    return ctx.text(f"{day.month}月{day.day}日", f"{day:%a} {day.day} {day:%b}")


def _late_zh(minutes: str) -> str:
    return f"延误 {minutes} 分钟"


def _urgent(told: Told) -> bool:
    return bool(told.get("what")) or told["cancelled"] or bool(told["delay_min"])
