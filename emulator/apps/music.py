"""Music of the phone: squeeze plays and pauses, twice is next, three times or held is previous (device.md, F3)."""

from __future__ import annotations

from emulator.core.actions import PlayTrack
from emulator.core.events import AppClosed, AppOpened, Event, GestureRecognized, IntentRecognized, MediaCommanded
from emulator.sdk import Context, Hold, Manifest, Work

MANIFEST = Manifest(
    title="Music",
    title_zh="音乐",
    icon="music",
    place=20,
    needs=frozenset({"speaker"}),
    intents={
        "music.open": (r"^(?:打开|显示)(?:音乐|歌词)$", r"^(?:open (?:the )?music|show (?:the )?lyrics)$"),
        "music.close": (r"^关闭(?:音乐|歌词)$", r"^(?:close (?:the )?music|hide (?:the )?lyrics)$"),
        "music.play": (
            r"来[点首](?:音乐|歌)|[放听]一?[点首]?(?:音乐|歌)|播放音乐|继续播放|^播放$",
            r"\bplay (?:some )?music\b|\bresume\b|^play$",
        ),
        "music.pause": (r"暂停(?:音乐|播放)?|停止播放|别放了", r"\bpause\b|\bstop the music\b"),
        "music.next": (r"下一[首曲]|换一首|切歌", r"\bnext (?:song|track)\b|^skip(?: this)?(?: song| track)?$"),
        "music.previous": (r"上一首|上一曲", r"\bprevious (?:song|track)\b"),
    },
    works=(Work("command", "music", mcu_ms=40.0, ap_ms=150.0),),  # simulation.md, 2.2
)
PARTS = ("bt", "speaker")
SQUEEZES = {"squeeze-twice": "next", "squeeze-thrice": "previous", "squeeze-hold": "previous"}
SAID = {
    "play": ("播放音乐", "Playing"),
    "pause": ("已暂停", "Paused"),
    "next": ("下一首", "Next track"),
    "previous": ("上一首", "Previous track"),
}


async def run(ctx: Context) -> None:
    """Command the phone's player and show what it plays; the phone's answer is what counts."""
    ear = ctx.hear(GestureRecognized, IntentRecognized, PlayTrack, AppOpened, AppClosed)
    ctx.take_focus("media")
    track, parts, opened = PlayTrack("", "", False), list[Hold](), False
    while True:
        event = await ear.next()
        match event:
            case AppOpened():
                opened = True
            case AppClosed() | GestureRecognized("temple", "double-tap" | "triple-tap"):
                opened = False
                if isinstance(event, GestureRecognized):
                    ctx.close()
            case IntentRecognized(intent="music.open", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                ctx.light()
                ctx.open(ctx.app)
            case IntentRecognized(intent="music.close", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                opened = False
                ctx.close()
            case PlayTrack():
                track = event
                parts = sound(ctx, parts, track.playing)
            case _:
                await obey(ctx, event, track)
        if opened:
            show(ctx, track)


async def obey(ctx: Context, event: Event | None, track: PlayTrack) -> None:
    """Pass a gesture or an intent on to the phone."""
    toggle = "pause" if track.playing else "play"
    match event:
        case GestureRecognized("media", "squeeze") | GestureRecognized("temple", "tap"):
            command = toggle
        case GestureRecognized("media", gesture) if gesture in SQUEEZES:
            command = SQUEEZES[gesture]
        case IntentRecognized(intent=intent, turn=turn):
            command = intent.removeprefix("music.")
            ctx.answer(ctx.text(*SAID[command]), turn=turn, on_screen=False)
        case _:
            return
    await ctx.work("command")
    ctx.emit(MediaCommanded(command))


def sound(ctx: Context, parts: list[Hold], playing: bool) -> list[Hold]:
    """Hold radio and speaker while the phone plays."""
    if playing and not parts:
        return [ctx.hold(part) for part in PARTS]
    if not playing:
        for part in parts:
            part.release()
        return []
    return parts


def show(ctx: Context, track: PlayTrack) -> None:
    """Show title, artist and the lyric line, or that the phone plays nothing."""
    if not ctx.has("display"):
        return
    ctx.show(
        "music",
        title=track.title or ctx.text("手机没有在播放", "The phone plays nothing"),
        artist=track.artist,
        line=track.line,
        playing=track.playing,
        hint_left=ctx.text("捏按·播放/暂停", "Squeeze · play/pause"),
        hint_right=ctx.text("双击·返回", "Double tap · back"),
    )
