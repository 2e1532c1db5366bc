"""Photo and video with the camera key or the voice (device.md, F2). There is a reticle, no live preview."""

from __future__ import annotations

from emulator.core.ear import Ear
from emulator.core.events import (
    AppClosed,
    AppOpened,
    Event,
    GestureRecognized,
    HeatLimited,
    IntentRecognized,
    LedChanged,
    PhotoTaken,
    RecordingChanged,
)
from emulator.sdk import Context, Hold, Manifest, Work

MANIFEST = Manifest(
    title="Camera",
    title_zh="相机",
    icon="camera",
    place=10,
    needs=frozenset({"camera"}),
    intents={
        "camera.open": (r"^打开(?:相机|摄像头)$", r"^open (?:the )?camera$"),
        "camera.stop": (
            r"(?:停止|结束)(?:录像|录视频|拍摄|拍视频)|别(?:录像|录视频|拍)了",
            r"\bstop (?:the )?(?:video|filming)\b",
        ),
        "camera.photo": (
            r"拍照|拍[张个]照|拍一?张|照[张个]相|照相(?!机)|照一张",
            r"\b(?:take|snap) (?:a |another )?(?:photo|picture)s?\b",
        ),
        "camera.video": (r"(?:开始)?(?:录像|录视频|拍视频)", r"\b(?:record|take|shoot|start) (?:a )?video\b"),
    },
    works=(  # simulation.md, 2.2, rows "photo" and "record"
        Work("snap", "camera", ap_ms=220.0, ap_threads=3),
        Work("store", "camera", ap_ms=420.0, ap_threads=4),
        Work("film", "camera", ap_ms=300.0, ap_threads=3),
        Work("save", "camera", ap_ms=500.0, ap_threads=2),
    ),
)
RETICLE_MS = 5_000
TOAST_MS = 2_000
TOO_HOT = 3  # step of the skin's limits at which the device stops recording


async def run(ctx: Context) -> None:
    """Wait for the key, the voice or the launcher."""
    ear = ctx.hear(GestureRecognized, IntentRecognized, AppOpened, AppClosed, HeatLimited)
    number, timeout_ms, hot = 0, None, False
    while True:
        event = await ear.next(timeout_ms)
        if isinstance(event, HeatLimited):
            hot = event.step >= TOO_HOT
            continue
        timeout_ms = None
        match event:
            case GestureRecognized("camera-key", "touch") | AppOpened():
                aim(ctx)
                timeout_ms = RETICLE_MS
            case GestureRecognized("camera-key", "short") | GestureRecognized("temple", "tap"):
                number += 1
                await photo(ctx, number, "key")
                timeout_ms = TOAST_MS
            case IntentRecognized(intent="camera.open", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                ctx.light()
                ctx.open(ctx.app)
            case IntentRecognized(intent="camera.photo", turn=turn):
                number += 1
                ctx.answer(ctx.text("好的", "All right"), turn=turn, on_screen=False)
                await photo(ctx, number, "voice")
                timeout_ms = TOAST_MS
            case GestureRecognized("camera-key", "long") if not hot:
                hot = await video(ctx, ear, "key") == "heat"
                timeout_ms = TOAST_MS
            case IntentRecognized(intent="camera.video", turn=turn) if not hot:
                ctx.answer(ctx.text("开始录像", "Recording"), turn=turn, on_screen=False)
                hot = await video(ctx, ear, "voice") == "heat"
                timeout_ms = TOAST_MS
            case GestureRecognized("camera-key", "long"):
                toast(ctx, ctx.text("眼镜过热，暂不能录像", "Too hot to record"))
                timeout_ms = TOAST_MS
            case IntentRecognized(intent="camera.video", turn=turn):
                ctx.answer(ctx.text("眼镜过热，暂不能录像", "The glasses are too hot to record"), turn=turn)
            case IntentRecognized(turn=turn):
                ctx.answer(ctx.text("现在没有在录像", "No video is being recorded"), turn=turn)
            case None | GestureRecognized("temple", "double-tap" | "triple-tap"):
                leave(ctx)


def aim(ctx: Context) -> None:
    """Show the four-corner reticle."""
    ctx.light()
    ctx.take_focus()
    ctx.show(
        "camera",
        "transient",
        mode=ctx.text("拍照", "Photo"),
        hint_left=ctx.text("短按·拍照", "Press · photo"),
        hint_right=ctx.text("长按·录像", "Hold · video"),
    )


def leave(ctx: Context) -> None:
    """Take reticle or toast away and give the gestures back."""
    ctx.hide("transient")
    ctx.close()


async def photo(ctx: Context, number: int, cause: str) -> None:
    """Take photo ``number``: wake the camera, expose for its snap time, store."""
    ctx.emit(LedChanged("right", "on"))
    camera: Hold = ctx.hold("camera")
    await ctx.work("snap")
    await ctx.sleep(ms=ctx.camera_snap_ms)
    camera.release()
    ctx.emit(PhotoTaken(number, cause))
    ctx.emit(LedChanged("right", "off"))
    toast(ctx, ctx.text(f"已拍照·第{number}张", f"Photo {number} taken"))
    await ctx.work("store")


async def video(ctx: Context, ear: Ear[Event], cause: str) -> str:
    """Record until stopped or the length set is reached, the display off meanwhile; return why it ended."""
    parts = [ctx.hold(part) for part in ("camera", "video", "mics") if part != "mics" or ctx.has("microphone")]
    await ctx.work("film")
    ctx.emit(LedChanged("right", "on"))
    ctx.emit(RecordingChanged("video", True, cause))
    leave(ctx)
    ctx.sleep_display("recording")
    stopped = await film(ctx, ear)
    for part in parts:
        part.release()
    ctx.emit(RecordingChanged("video", False, stopped))
    ctx.emit(LedChanged("right", "off"))
    toast(ctx, ctx.text("录像已保存", "Video saved"))
    await ctx.work("save")
    return stopped


async def film(ctx: Context, ear: Ear[Event]) -> str:
    """Return why the recording ended. The first short press lights the display with a timer, the next one stops."""
    began, limit_s, watched = ctx.now(), int(ctx.setting("video_len_s")), False
    while True:
        seconds = (ctx.now() - began).total_seconds()
        if seconds >= limit_s:
            return "limit"
        if watched and ctx.lit:
            show_timer(ctx, int(seconds))
        match await ear.next(timeout_ms=min(1_000 - 1_000 * (seconds % 1), 1_000 * (limit_s - seconds))):
            case HeatLimited(step=step) if step >= TOO_HOT:
                return "heat"
            case GestureRecognized("camera-key", "short") if watched and ctx.lit:
                return "key"
            case GestureRecognized("camera-key", "short"):
                watched = True
                ctx.light()
            case IntentRecognized(intent="camera.stop", turn=turn):
                ctx.answer(ctx.text("录像结束", "Recording stopped"), turn=turn, on_screen=False)
                return "voice"


def show_timer(ctx: Context, seconds: int) -> None:
    """Show how long the video is (layout: design choice, the manual has no picture of it)."""
    ctx.show(
        "recording",
        "transient",
        kind=ctx.text("录像", "Video"),
        timer=f"{seconds // 60:02}:{seconds % 60:02}",
        hint_left=ctx.text("短按·停止", "Press · stop"),
        hint_right="",
    )


def toast(ctx: Context, text: str) -> None:
    """Say ``text`` on the display, or aloud where there is none."""
    if ctx.has("display"):
        ctx.light()
        ctx.show("toast", "transient", text=text)
    else:
        ctx.say(text)
