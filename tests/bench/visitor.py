"""Somebody who visits a served shop: fetches pages, sends forms, and keeps the cookies."""

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from tests.bench.pairs import Rate, rate
from tests.pages.forms_on import forms_on


class Visitor:
    def __init__(self, port: int) -> None:
        self.port, self.jar = port, dict[str, str]()

    def page(self, path: str) -> str:
        """A page that answers 200."""
        status, body = self._ask("GET", path)
        assert status == 200, (path, status)
        return body

    def send(self, path: str, **fields: str) -> None:
        """Fill the first form of a page that has our token, and send it."""
        form = next(f for f in forms_on(self.page(path), path) if "csrf_token" in f.values)
        kept = {name: values[0] for name, values in form.values.items() if values[0]}
        status, _ = self._ask("POST", path, urlencode({**kept, **fields}))
        assert status == 303, (path, status)

    def fetching(self, path: str) -> Rate:
        return rate(lambda: self.page(path))

    def _ask(self, method: str, path: str, form: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, form, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        self._keep(answer)
        return answer.status, body

    def _keep(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
