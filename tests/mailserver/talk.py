"""One SMTP talk, and the book of what was taken. A rule changes what is answered where.

The places where a rule bites: hello (the first line), ehlo, auth, mail, rcpt, data, body (after
the last line of a message) and quit.
"""

import base64
import socketserver
import threading
import time
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "clinic", "a pass/word: with @ & #"


@dataclass
class Rule:
    """`say` is answered; after `wait` seconds, or a byte each `drip` seconds. `keep` takes a
    message although it is not answered with a yes; `hang_up` is no answer at all."""

    at: str
    say: str = ""
    times: int = 1_000_000
    to: str = ""
    wait: float = 0
    drip: float = 0
    keep: bool = False
    hang_up: bool = False


@dataclass
class Book:
    mails: list[dict[str, Any]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    talks: int = 0
    starttls: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rule(self, **how: Any) -> int:
        self.rules.append(Rule(**how))
        return len(self.rules)

    def clear(self) -> None:
        self.mails, self.rules, self.talks, self.starttls = [], [], 0, True

    def offer(self, *, starttls: bool) -> None:
        self.starttls = starttls

    def taken(self) -> list[dict[str, Any]]:
        return self.mails

    def begun(self) -> int:
        return self.talks

    def rule_for(self, at: str, to: str) -> Rule | None:
        with self.lock:
            for rule in self.rules:
                if rule.at == at and rule.times > 0 and rule.to in to:
                    rule.times -= 1
                    return rule
        return None


class HungUp(Exception):  # noqa: N818
    pass


class Talk(socketserver.StreamRequestHandler):
    server: Any
    to, from_, user, encrypted, ehlo = "", "", "", False, ""

    def handle(self) -> None:
        self.server.book.talks += 1
        if self.server.at_once:
            self.encrypt()
        try:
            if self.reply("hello", "220 mail.test ESMTP"):
                while line := self.rfile.readline():
                    if self.one(line.decode("utf-8").rstrip("\r\n")):
                        return
        except (HungUp, OSError):
            return

    def one(self, line: str) -> bool:
        """Answer one line. True once it is the last."""
        verb, _, rest = line.partition(" ")
        if verb.upper() == "EHLO":
            self.ehlo = rest
            self.reply("ehlo", "\r\n".join(self.greeting()))
        elif verb.upper() == "STARTTLS":
            self.say("220 go on")
            self.encrypt()
        elif verb.upper() == "AUTH":
            self.sign_in(rest)
        elif verb.upper() == "MAIL":
            self.from_ = rest
            self.reply("mail", "250 ok")
        elif verb.upper() == "RCPT":
            self.to = rest.partition("<")[2].partition(">")[0]
            self.reply("rcpt", "250 ok")
        elif verb.upper() == "DATA":
            if self.reply("data", "354 go on"):
                self.take()
        elif verb.upper() == "QUIT":
            self.reply("quit", "221 bye")
            return True
        else:
            self.say("250 ok")
        return False

    def greeting(self) -> list[str]:
        offered = ["mail.test", "SIZE 1000000", "8BITMIME"]
        if self.server.book.starttls and not self.encrypted:
            offered.append("STARTTLS")
        offered.append("AUTH PLAIN")
        return [f"250-{each}" for each in offered[:-1]] + [f"250 {offered[-1]}"]

    def sign_in(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
        if (user, password) == (USER, PASSWORD):
            self.user = user
            self.reply("auth", "235 welcome")
        else:
            self.say("535 5.7.8 Wrong name or password")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        rule = self.server.book.rule_for("body", self.to)
        if rule is None or rule.keep or rule.say.startswith("2"):
            with self.server.book.lock:
                self.server.book.mails.append({
                    "to": self.to, "from": self.from_, "user": self.user, "ehlo": self.ehlo,
                    "encrypted": self.encrypted, "data": b"".join(lines).decode(),
                })  # fmt: skip
        self.follow(rule, "250 taken")

    def reply(self, at: str, usually: str) -> bool:
        """What is answered here. False where that is no yes."""
        return self.follow(self.server.book.rule_for(at, self.to), usually)

    def follow(self, rule: Rule | None, usually: str) -> bool:
        if rule is None:
            self.say(usually)
            return True
        time.sleep(rule.wait)
        if rule.hang_up:
            raise HungUp
        said = rule.say or usually
        self.say(said, drip=rule.drip)
        return said[0] in "23"

    def say(self, text: str, *, drip: float = 0) -> None:
        whole = text.encode() + b"\r\n"
        for piece in [whole[i : i + 1] for i in range(len(whole))] if drip else [whole]:
            self.wfile.write(piece)
            time.sleep(drip)

    def encrypt(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.encrypted = True
        self.setup()
