"""Start a mail server in a process of its own, and talk to its side door from a test."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds
FROM = "shop@clinic.example"


@dataclass(frozen=True)
class MailProcess:
    process: "subprocess.Popen[str]"
    port: int
    tls_port: int
    certificate: Path

    def ask(self, do: str, **order: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def rule(self, at: str, say: str = "", **how: Any) -> None:
        self.ask("rule", at=at, say=say, **how)

    def clear(self) -> None:
        self.ask("clear")

    def taken(self) -> list[dict[str, Any]]:
        """Each mail as it was taken, the oldest first."""
        mails: list[dict[str, Any]] = self.ask("taken")
        return mails

    def mails(self) -> list[EmailMessage]:
        return [message_from_string(m["data"], policy=policy.default) for m in self.taken()]

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SHOP_SMTP_HOST": "127.0.0.1",
            "SHOP_SMTP_PORT": str(self.port),
            "SHOP_SMTP_TLS": "off",
            "SHOP_MAIL_FROM": FROM,
        }


@contextmanager
def running(folder: Path) -> Iterator[MailProcess]:
    certificate, key = made_up_certificate(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mailserver", str(certificate), str(key)],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        yield MailProcess(process, *json.loads(process.stdout.readline()), certificate)
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


def made_up_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that only who is told of it trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
