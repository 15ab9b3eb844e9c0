"""Somebody who visits a served shop: fetches pages, sends forms, and keeps the cookies."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

from tests.bench.pairs import Rate, rate
from tests.pages.forms_on import forms_on


class Visitor:
    """`headers` go with every request."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port, self.jar, self.headers = port, dict[str, str](), headers

    def page(self, path: str) -> str:
        """A page that answers 200."""
        answer, body = self._ask(path)
        assert answer.status == 200, (path, answer.status)
        return body

    def send(self, path: str, **fields: str) -> None:
        """Fill the first form of a page that has our token, and send it."""
        form = next(f for f in forms_on(self.page(path), path) if "csrf_token" in f.values)
        kept = {name: values[0] for name, values in form.values.items() if values[0]}
        self.led(path, {**kept, **fields})

    def led(self, path: str, fields: Mapping[str, str] | None = None) -> str:
        """Where a page leads to, or a form that is sent there."""
        answer, _ = self._ask(path, fields)
        assert answer.status == 303, (path, answer.status)
        led = urlsplit(answer.headers["Location"])
        return f"{led.path}?{led.query}" if led.query else led.path

    def status(self, path: str, fields: Mapping[str, str]) -> int:
        """What a form that is sent there is answered with."""
        return self._ask(path, fields)[0].status

    def fetching(self, path: str) -> Rate:
        return rate(lambda: self.page(path))

    def _ask(self, path: str, fields: Mapping[str, str] | None = None) -> tuple[HTTPResponse, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        headers, method = {**self.headers, "Cookie": cookies}, "GET"
        if fields is not None:
            headers["Content-Type"], method = "application/x-www-form-urlencoded", "POST"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, fields and urlencode(fields), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        self._keep(answer)
        return answer, body

    def _keep(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
