"""Memos and reminders by voice; a reminder lights the display when it is due (device.md, F10).

They are kept beside the trips, so they outlive the session (``services/travel``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.assistant.times import find_time
from emulator.core.actions import PhoneSent, SetClock
from emulator.core.ear import Ear
from emulator.core.english_numbers import NUMERAL_EN
from emulator.core.events import AppClosed, AppOpened, Event, GestureRecognized, IntentRecognized, NoteSaved
from emulator.sdk import Context, Manifest, NoData, Work
from emulator.services.travel import ListNotes, SaveNote, TellNote

MANIFEST = Manifest(
    title="Notes",
    title_zh="备忘",
    icon="memo",
    place=40,
    phone={"notes": NoData},
    intents={
        "reminder.add": (
            r"(?P<before>.*?)提醒我(?P<what>.+)",
            r"^(?P<before>.*[后点分刻半].*?)(?:提醒|叫醒?|喊)我(?P<what>.*)$",
            r"^(?:设置?|定|设定|开始?|来)?一?个?(?P<span_zh>.*(?:秒|分钟|小时)钟?)的?(?:倒计时|计时|定时)器?$|^倒计时(?P<long_zh>.+)$",
            r"^(?:设置?|定|设定)?一?个?(?P<before>.*[点分刻半后])的?(?P<what>闹[钟铃])$",
            r"\bremind me (?:to )?(?P<what>.+)",
            r"\bwake me (?:up )?(?P<wake>.+)",
            r"\b(?:set|start) (?:a |the )?(?:timer|countdown) (?:for|of) (?P<span_en>.+)",
            rf"^(?:set |start )?(?:an? )?(?P<long_en>{NUMERAL_EN}[ -](?:second|minute|hour)) timer$",
            r"\bset (?:an |the )?alarm (?:for|at) (?P<clock>.+)",
        ),
        "notes.list": (
            r"(?:看看|查看|打开|显示|我的|有什么|有哪些)(?:我的)?(?:备忘|日程|提醒)|^备忘录?$|^日程$",
            r"\b(?:my|list|show) (?:notes|reminders)\b",
        ),
        "memo.add": (
            r"(?:记一下|记下|(?:记|加|添加|新建)一?[个条]?备忘录?|备忘(?!录)|记住)[,，:：]?\s*(?P<what>.+)",
            r"\b(?:note|remember)(?: that)?:? (?P<what>.+)",
        ),
    },
    works=(Work("save", "notes", mcu_ms=20.0, ap_ms=60.0),),
)
CARD_MS = 5_000
NOTHING_SAID = ("时间到", "Time is up")  # a timer, an alarm
PILL_MS = 15_000


@dataclass(frozen=True, slots=True)
class Note:
    """A memo, or a reminder with the time it is due; ``told`` once it was shown; ``number`` in the store, 0 for none."""

    number: int
    text: str
    when: datetime | None
    told: bool = False


async def run(ctx: Context) -> None:
    """Save, list and remind."""
    ear: Ear[Event] = ctx.hear(IntentRecognized, GestureRecognized, AppOpened, AppClosed, SetClock, PhoneSent)
    notes = await kept(ctx)
    await tell_due(ctx, notes)
    while True:
        match await ear.next(wait_ms(ctx, notes)):
            case IntentRecognized(intent="notes.list", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                ctx.light()
                ctx.open(ctx.app)
            case IntentRecognized() as asked:
                await add(ctx, ear, notes, asked)
            case AppOpened():
                await browse(ctx, ear, notes)
            case PhoneSent(kind="notes"):
                notes = await kept(ctx)
        await tell_due(ctx, notes)


async def kept(ctx: Context) -> list[Note]:
    """Return the notes in the store; none where it cannot be read."""
    reply = await ctx.call(ListNotes())
    return [
        Note(number, text, datetime.fromisoformat(due) if due else None, told)
        for number, text, due, told in reply.get("notes", ())
    ]


async def add(ctx: Context, ear: Ear[Event], notes: list[Note], asked: IntentRecognized) -> None:
    """Save a memo or a reminder and show its card."""
    words = words_of(asked.slots)
    moment = find_time(words, ctx.now()) if asked.intent == "reminder.add" else None
    if asked.intent == "reminder.add" and moment is None:
        ctx.answer(ctx.text("什么时候提醒你？请连时间一起说", "When? Please say it with a time"), turn=asked.turn)
        return
    text, when = (moment.rest or ctx.text(*NOTHING_SAID), moment.when) if moment else (words, None)
    due = when.isoformat() if when else ""
    await ctx.work("save")
    reply = await ctx.call(SaveNote(text, due))
    if "error" in reply:
        ctx.answer(ctx.text("没能记下来", "It could not be kept"), turn=asked.turn)
        return
    note = Note(int(reply["note"]), text, when)
    notes.append(note)
    ctx.emit(NoteSaved("reminder" if due else "memo", note.text, due))
    ctx.answer(ctx.text("记好了", "Saved") if not due else when_said(ctx, note), turn=asked.turn, on_screen=False)
    await show_card(ctx, ear, note)


def words_of(slots: dict[str, Any]) -> str:
    """Return what is to be kept and when, in words that ``find_time`` reads: a timer's span is a time from now."""
    if span := slots.get("span_zh") or slots.get("long_zh"):
        return f"{span}后"
    if span := slots.get("span_en") or slots.get("long_en"):
        return f"in {span}"
    if clock := slots.get("clock"):
        return f"at {clock}"
    if wake := slots.get("wake"):
        return f"{wake} am" if re.fullmatch(r"at \w+", str(wake)) else str(wake)
    return f"{slots.get('before', '')} {slots.get('what', '')}".strip()


async def show_card(ctx: Context, ear: Ear[Event], note: Note) -> None:
    """Show the card of ``note`` for five seconds, or until it is closed."""
    if not ctx.has("display"):
        return
    ctx.light()
    ctx.take_focus("temple", "media")
    ctx.show(
        "memo",
        "transient",
        title=ctx.text("提醒", "Reminder") if note.when else ctx.text("备忘", "Memo"),
        when=day_and_time(ctx, note.when),
        text=note.text,
        hint_left=ctx.text("捏按两下·关闭", "Squeeze twice · close"),
        hint_right=ctx.text("双击·关闭", "Double tap · close"),
    )
    while not isinstance(await ear.next(CARD_MS), GestureRecognized | None):
        pass
    ctx.leave_focus()
    ctx.hide("transient")


async def browse(ctx: Context, ear: Ear[Event], notes: list[Note]) -> None:
    """Show the list; slide moves, double tap leaves."""
    index = 0
    while True:
        items = [{"label": n.text, "value": day_and_time(ctx, n.when)} for n in notes]
        ctx.show(
            "memo-list",
            title=ctx.text("备忘", "Notes"),
            items=items
            or [{"label": ctx.text("还没有备忘", "No notes yet"), "value": ctx.text("说“记一下…”", "Say “note …”")}],
            index=index,
            count=len(items),
            hint_left=ctx.text("滑动·选择", "Slide · choose"),
            hint_right=ctx.text("双击·返回", "Double tap · back"),
        )
        match await ear.next(wait_ms(ctx, notes)):
            case GestureRecognized("temple", "swipe-forward"):
                index = min(index + 1, max(0, len(notes) - 1))
            case GestureRecognized("temple", "swipe-back"):
                index = max(0, index - 1)
            case GestureRecognized("temple", "double-tap" | "triple-tap"):
                ctx.close()
                return
            case IntentRecognized() as asked if asked.intent != "notes.list":
                await add(ctx, ear, notes, asked)
            case None:
                await tell_due(ctx, notes)


async def tell_due(ctx: Context, notes: list[Note]) -> None:
    """Show and say every reminder whose time has come."""
    for number, note in enumerate(notes):
        if note.when is None or note.told or note.when > ctx.now():
            continue
        notes[number] = Note(note.number, note.text, note.when, told=True)
        await ctx.call(TellNote(note.number))
        ctx.say(ctx.text(f"提醒：{note.text}", f"Reminder: {note.text}"))
        if not ctx.has("display"):
            continue
        gestures = ctx.hear(GestureRecognized)
        ctx.light()
        ctx.take_focus("temple", "media")
        ctx.show(
            "reminder",
            "transient",
            title=note.text,
            when=day_and_time(ctx, note.when),
            hint_left="",
            hint_right=ctx.text("双击·忽略", "Double tap · ignore"),
        )
        await gestures.next(PILL_MS)
        gestures.close()
        ctx.leave_focus()
        ctx.hide("transient")


def wait_ms(ctx: Context, notes: list[Note]) -> float | None:
    """Return the time until the next reminder is due, or None."""
    due = [note.when for note in notes if note.when and not note.told]
    return max(0.0, (min(due) - ctx.now()).total_seconds() * 1_000) if due else None


def day_and_time(ctx: Context, when: datetime | None) -> str:
    """Return ``今天 17:00``, ``明天 09:00``, ``12月1日 08:00``; "" for None."""
    if when is None:
        return ""
    days = (when.date() - ctx.now().date()).days
    if days in (0, 1):
        day = ctx.text("今天" if days == 0 else "明天", "Today" if days == 0 else "Tomorrow")
    else:
        day = ctx.text(f"{when.month}月{when.day}日", f"{when:%b} {when.day}")
    return f"{day} {when:%H:%M}"


def when_said(ctx: Context, note: Note) -> str:
    """Return the spoken confirmation of a reminder."""
    return ctx.text(f"好的，{day_and_time(ctx, note.when)}提醒你", f"All right, {day_and_time(ctx, note.when)}")
