"""A page on 127.0.0.1 that answers as it is told and keeps what was posted to it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl


@contextmanager
def serving(answers):
    """Serve ``answers``, each (status, headers, body), the last one for ever; give the address and the bodies posted."""
    posted: list[dict[str, str]] = []
    arrived = threading.Condition()

    class Page(BaseHTTPRequestHandler):
        def do_POST(self):
            status, headers, body = answers[min(len(posted), len(answers) - 1)]
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            with arrived:
                posted.append(dict(parse_qsl(content, keep_blank_values=True)))
                arrived.notify_all()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def wait(count):
        with arrived:
            assert arrived.wait_for(lambda: len(posted) >= count, 10)
        return posted

    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/notify", wait
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
