"""What is not safe to serve the public with, refused before the first page, a sentence each.

Commands do not come through here: they need the database, or not even that.
"""

import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from shop import checks, migrations, stripe_keys
from shop.config import Settings
from shop.db import Database
from shop.errors import NotReady
from shop.mail_server import Tls
from shop.stripe_keys import StripeKeys

SHORTEST_KEY = 32  # bytes
FEWEST_CHARACTERS = (
    8  # different ones in a key; 32 random digits have 8 or more, near enough always
)
# What stands in tutorials, templates and our own tests: long enough, and no secret.
_KNOWN = re.compile(
    r"192b9bdd22ab9ed4d12e236c78afcb9a|django-insecure|change.?(me|this)|(your|my|a).?secret|"
    r"secret.?key|password|insecure|example|a key for tests|development",
    re.IGNORECASE,
)
# What each connection of ours is set to, and what SQLite says when it could not be.
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def check(settings: Settings, config: Mapping[str, Any], database: Database) -> None:
    """Refuse to serve with what is unsafe. Raises NotReady with what to set."""
    keys = StripeKeys.read(config)
    if not settings.development:
        _check_key(config.get("SECRET_KEY") or "")
        _check_switches(config)
        hosts = _hosts(config.get("TRUSTED_HOSTS") or ())
        _check_address(str(config.get("PUBLIC_BASE_URL") or ""), hosts)
        _check_mail(settings)
    stripe_keys.check_before_serving(keys, settings, config)
    if not settings.development:
        _check_database(database)


def _check_key(key: str | bytes) -> None:
    size = len(key if isinstance(key, bytes) else key.encode())
    if size < SHORTEST_KEY:
        raise NotReady(f"SECRET_KEY must be set, {SHORTEST_KEY} characters or longer, to serve.")
    text = key.decode("latin-1") if isinstance(key, bytes) else key
    if len(set(text)) < FEWEST_CHARACTERS or _KNOWN.search(text):
        raise NotReady(
            "SECRET_KEY is one that others know or guess. Make one with: "
            'python3 -c "import secrets; print(secrets.token_hex(32))"'
        )


def _check_switches(config: Mapping[str, Any]) -> None:
    if config.get("DEBUG"):
        raise NotReady("DEBUG is on: anyone could run code. Switch it off to serve in production.")
    if config.get("TESTING"):
        raise NotReady("TESTING is on: a mistake would show our insides. Switch it off to serve.")


def _hosts(named: str | Iterable[str]) -> list[str]:
    hosts = named.split(",") if isinstance(named, str) else [*named]
    hosts = [host.strip() for host in hosts if host.strip()]
    if not hosts:
        raise NotReady("TRUSTED_HOSTS must name the hosts this shop answers to.")
    if wild := next((host for host in hosts if "*" in host or host == "."), None):
        raise NotReady(
            f"TRUSTED_HOSTS must name each host: {wild} would let a stranger choose where our "
            "links lead."
        )
    return hosts


def _check_address(base: str, hosts: Iterable[str]) -> None:
    address = urlsplit(base)
    if address.scheme != "https" or not address.hostname:
        raise NotReady(
            "PUBLIC_BASE_URL must be this site's https:// address, so that Stripe and our mail "
            "can lead customers back to it."
        )
    if address.query or address.fragment or "@" in address.netloc:
        raise NotReady("PUBLIC_BASE_URL must be a plain address: https://shop.clinic.example.")
    if not any(_covers(host, address.hostname) for host in hosts):
        raise NotReady(
            f"PUBLIC_BASE_URL leads to {address.hostname}, which TRUSTED_HOSTS does not name: "
            "every link of ours would be turned away."
        )


def _covers(host: str, name: str) -> bool:
    host = host.partition(":")[0].lower()
    return name == host or (host.startswith(".") and f".{name}".endswith(host))


def _check_mail(settings: Settings) -> None:
    server = settings.mail_server
    if server and server.tls == Tls.OFF and not server.is_here:
        raise NotReady(
            "SHOP_SMTP_TLS is off and the mail server is another machine: orders and the "
            "password would travel in the open. Set it to starttls or tls."
        )


def _check_database(database: Database) -> None:
    """Today's tables, in a file that only we read, kept as it was set. A database that does not
    answer is no setting: pages say that it is away until it is back."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        _check_file(Path(url.database))
    try:
        version = checks.version(database)
        if version != migrations.head():
            raise NotReady(
                "The tables are not this version's. Run: flask shop upgrade"
                if version
                else "There are no tables here. Run: flask shop upgrade"
            )
        _check_pragmas(database)
    except DBAPIError:
        return


def _check_file(file: Path) -> None:
    for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        if each.is_file() and each.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise NotReady(
                f"{each.name} can be read by everybody on this machine. "
                f"Keep it to the shop: chmod o-rw {each.name}"
            )


def _check_pragmas(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        return
    with database.engine.connect() as connection:
        for name, wanted in _PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            if found != wanted:
                raise NotReady(
                    f"SQLite says {name} = {found} in place of {wanted}: a sale might not survive "
                    "a power cut. Is the file on a network drive? Put it on a disk of this machine."
                )
