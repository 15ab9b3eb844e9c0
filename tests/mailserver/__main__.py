"""Serve SMTP on loopback: python -m tests.mailserver CERTIFICATE KEY

Prints its two ports, the second one for TLS from the first byte. Then each line of its standard
input is an order, as JSON, and is answered with a line.
"""

import json
import socketserver
import ssl
import sys
import threading

from tests.mailserver.talk import Book, Talk


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, book: Book, context: ssl.SSLContext, *, at_once: bool) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.book, self.context, self.at_once = book, context, at_once

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up in the middle is no error of ours."""


def main() -> None:
    certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    book = Book()
    servers = [Server(book, context, at_once=at_once) for at_once in (False, True)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    answer([server.server_address[1] for server in servers])
    for line in sys.stdin:
        order = json.loads(line)
        answer(getattr(book, order.pop("do"))(**order))


def answer(said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


main()
