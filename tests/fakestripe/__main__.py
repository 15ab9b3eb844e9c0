"""Serve a fake Stripe on loopback: its address is the first line of standard output."""

import argparse
import logging
import sys

from flask import Flask
from werkzeug.serving import make_server

from tests.fakestripe import api, control, page
from tests.fakestripe.book import Book
from tests.fakestripe.events import Events, Hook
from tests.fakestripe.plan import Plan


def make_app(key: str, secret: str, *, live: bool = False) -> Flask:
    app = Flask(__name__)
    book = Book(emit=lambda type_, thing: events.write(type_, thing) and None, live=live)
    events = Events(now=book.now, live=live, hook=Hook(secret=secret))
    app.extensions["fakestripe"] = api.Stripe(key, book, events, Plan())
    api.serve(app)
    app.register_blueprint(page.page)
    app.register_blueprint(control.control)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakestripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="sk_test_fake")
    parser.add_argument("--secret", default="whsec_fake")
    parser.add_argument("--live", action="store_true", help="say that its money is real")
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = make_app(options.key, options.secret, live=options.live)
    server = make_server("127.0.0.1", options.port, app, threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
