"""What a run of the window was asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of ``glasses run``; the command line fills them in.

    Attributes:
        profile: Id of a device profile, or the path of a ``*.toml``.
        policy: Id of the placement policy.
        seed: Session seed of all randomness; None for the flow's own, or else 0.
        language: ``zh`` or ``en``; "" for the remembered one.
        scene: Id of a built-in scene, ``camera:0``, ``video:FILE``, ``image:FILE``; "" chooses by itself.
        lux: Light on the scene; None for the scene's own.
        flow: A flow file to play, or "".
        for_ms: End after so many ms of wall time; None to stay.
        record: Video file to write the view to, or "".
        screenshot: Picture file to write at the end, or "".
        log: Log file to write at the end, or "".
        speed: Virtual seconds per wall second; 0 starts paused.
        voice: Whether to listen and speak.
        fps: Frames per second of a recording.
        position: Where the glasses are, ``LAT,LON``; "" for the middle of the map that ships (in the window).
        follow: What measures positions: ``gpx:FILE``, ``gpsd:`` ... (``session/walk.py``); "" for nothing.
        documents: Folder of HUD documents to watch; "" for the shipped ones.
        data: Folder of the user's stores; "" for the usual one in the window, and for a new one elsewhere.
        live: Whether services may ask their vendors; None: in the window, but not while a flow plays.
    """

    profile: str = "quark_s1"
    policy: str = "rtos_first"
    seed: int | None = None
    language: str = ""
    scene: str = ""
    lux: float | None = None
    flow: str = ""
    for_ms: float | None = None
    record: str = ""
    screenshot: str = ""
    log: str = ""
    speed: float = 1.0
    voice: bool = True
    fps: int = 30
    position: str = ""
    follow: str = ""
    documents: str = ""
    data: str = ""
    live: bool | None = None
