"""A mail server for tests, as a process of its own: it keeps what it takes, and refuses on demand.

    python -m tests.smtp_server FOLDER

It prints its port. Each message it takes is a file in the folder. While there is a file named
`refuse` it answers 451, and while there is one named `hang-up` it says nothing at all.
"""

import secrets
import socketserver
import sys
from pathlib import Path


class Conversation(socketserver.StreamRequestHandler):
    folder: Path

    def handle(self) -> None:
        if (self.folder / "hang-up").exists():
            return
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.upper().split()[0]
            if word == "EHLO":
                self.say("250-here", "250 8BITMIME")
            elif word == "DATA":
                self.take()
            elif word == "QUIT":
                self.say("221 bye")
                return
            elif word == "RCPT" and (self.folder / "refuse").exists():
                self.say("451 try later")
            elif word in ("HELO", "MAIL", "RCPT", "RSET", "NOOP"):
                self.say("250 ok")
            else:
                self.say("500 what")

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        part = self.folder / f"{secrets.token_hex(8)}.part"
        part.write_bytes(b"".join(lines).replace(b"\r\n", b"\n"))
        part.rename(part.with_suffix(".eml"))
        self.say("250 taken")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


if __name__ == "__main__":
    Conversation.folder = Path(sys.argv[1])
    with Server(("127.0.0.1", 0), Conversation) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
