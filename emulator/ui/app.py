"""The application: one event loop for Qt and asyncio, from the first frame to the last file."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import enumerate as enumerate_threads
from threading import main_thread
from time import perf_counter
from types import TracebackType
from typing import NoReturn

import qasync
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from emulator.core.actions import SetScene
from emulator.core.assets import asset
from emulator.core.errors import EmulatorError
from emulator.ui.commands import Commands
from emulator.ui.desk import Desk
from emulator.ui.documents import Documents
from emulator.ui.options import RunOptions
from emulator.ui.recording import Recording
from emulator.ui.speech import Speech
from emulator.ui.stage import Stage
from emulator.ui.store import Store
from emulator.ui.texts import Texts
from emulator.ui.theme import TEXT_PX, Look
from emulator.ui.window import Window

PATIENCE_S = 0.6  # for threads, once all files are whole
SCENE_AFTER_MS = 40  # the HUD comes before the world
VOICE_AFTER_MS = 200  # the first frame comes before the ears


class Application:
    """All parts of one run, made in order and ended in reverse."""

    def __init__(self, app: QApplication, options: RunOptions, store: Store | None = None) -> None:
        self.options, self.store = options, store or Store()
        self.texts = Texts(options.language or self.store.text("language") or _language())
        self.look = Look(app, self.store.text("theme", "system"))
        self.desk = Desk(options, self.texts, self.look, self.store)
        self.stage = self.desk.stage = Stage(self.desk)
        self.speech = self.desk.speech = Speech(self.desk, wanted=options.voice)
        self.recording = Recording(self.desk, self.stage)
        self.documents = Documents(self.desk)
        commands = Commands(self.desk, self.stage, self.recording, self.documents)
        self.window = Window(self.desk, self.stage, self.recording, commands)
        self.window.closed.connect(lambda: self.store.keep("scene", self.stage.name))

    def start(self) -> None:
        """Show the window and let time run."""
        options = self.options
        self.window.show()
        self.window.activateWindow()  # where no window manager does it
        self.window.view.fit()
        self.desk.start()
        QTimer.singleShot(SCENE_AFTER_MS, self._choose_scene)
        if options.voice:
            QTimer.singleShot(VOICE_AFTER_MS, self.speech.start)
        if options.record:
            self.recording.start(Path(options.record))
        if options.for_ms is not None:
            QTimer.singleShot(round(options.for_ms), self.window.close)

    def _choose_scene(self) -> None:
        """Open the scene that was asked for; else that of a flow, which the log has, else the remembered one."""
        named = any(isinstance(record.event, SetScene) for record in self.desk.glasses.log.records)
        if self.options.scene or not named:
            self.stage.choose(self.options.scene or self.store.text("scene"))

    def stop(self) -> int:
        """Complete every file, end every thread within about a second, and return the exit code."""
        failed = 0
        if self.options.screenshot:
            self.recording.picture(Path(self.options.screenshot))
        ends = [*self.speech.close(), *self.stage.close()]
        play = self.desk.play
        if play is not None and play.verdict is not None and not play.verdict.passed:
            print(play.verdict.error, file=sys.stderr)  # noqa: T201  what the flow says
            failed = 1
        self.recording.close()
        self.desk.stop()
        self.store.flush()
        until_s = perf_counter() + PATIENCE_S
        for thread in ends:
            thread.join(max(0.0, until_s - perf_counter()))
        return failed


def run_window(options: RunOptions) -> int:
    """Open the window and stay until it is closed, or until Ctrl-C.

    Returns:
        Exit code: 0, or 1 if a flow that was played failed.

    Raises:
        EmulatorError: If profile, policy, flow or documents cannot be used.
    """
    app = make_application(sys.argv[:1])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        code = int(loop.run_until_complete(_main(app, options)))
    if any(thread.is_alive() for thread in enumerate_threads() if thread is not main_thread()):
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End the process at once: a thread is still inside a library, loading a model or opening a stream.

    Python would end it there, in the middle of C++ code, and the process would abort. Every file is whole by now.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def make_application(argv: list[str]) -> QApplication:
    """Return the Qt application with our style and font; there is at most one in a process."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(argv)
    app.setApplicationName("glasses-emulator")
    app.setApplicationDisplayName("Glasses Emulator")
    app.setStyle("Fusion")
    app.setQuitOnLastWindowClosed(False)
    app.setFont(_font())
    return app


async def _main(app: QApplication, options: RunOptions) -> int:
    closing = asyncio.Event()
    run = Application(app, options)
    _catch(run.desk, closing.set)
    run.window.closed.connect(closing.set)
    run.start()
    try:
        await closing.wait()
    finally:
        code = run.stop()
        run.window.close()
        sys.excepthook = sys.__excepthook__
    return code


def _catch(desk: Desk, close: Callable[[], None]) -> None:
    """Let Ctrl-C close the window, and let an exception in a slot be a line instead of the end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: close())

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            close()
            return
        if isinstance(error, EmulatorError):
            desk.problem(str(error))
            return
        traceback.print_exception(kind, error, trace)
        desk.problem(desk.texts("problem.internal", error=f"{kind.__name__}: {error}"))

    sys.excepthook = tell


def _language() -> str:
    """Return the desktop's language, Chinese where it does not say."""
    language = QLocale.system().language()
    return "zh" if language in (QLocale.Language.Chinese, QLocale.Language.C, QLocale.Language.AnyLanguage) else "en"


def _font() -> QFont:
    """Return the bundled font for the window: desktops may have no Chinese one."""
    families: list[str] = []
    for path in sorted(asset("fonts").glob("*.ttf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    font = QFont(QGuiApplication.font())
    if families:
        font.setFamilies([families[0], font.family()])
    font.setPixelSize(TEXT_PX)
    return font
