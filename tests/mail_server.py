"""A real SMTP server for tests, with certificates of its own and faults on demand."""

import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Inbox:
    """What the server took, and what it was told to answer instead of yes."""

    def __init__(self):
        self.mails = []
        self.talks = 0
        self.at_recipient = {}  # address -> answers to give, one a try
        self.at_data = []  # answers to give, one a letter
        self.drops = 0  # replies to the dot that get lost on the way
        self.quit = "221 Bye"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = self.at_recipient.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # aiosmtpd
        if self.at_data:
            return self.at_data.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        if self.drops:
            self.drops -= 1
            server.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):  # aiosmtpd
        return self.quit

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.talks += 1
        session.host_name = hostname
        return responses

    @property
    def subjects(self):
        return [mail["Subject"] for mail in self.mails]

    @property
    def recipients(self):
        return [mail["To"] for mail in self.mails]


class Server(Controller):
    """aiosmtpd on a free port, plain, with STARTTLS, or TLS from the first byte."""

    def __init__(self, inbox, security="none", context=None):
        self.security, self.context = security, context
        tls = {"ssl_context": context} if security == "tls" else {}
        super().__init__(inbox, hostname="127.0.0.1", port=0, **tls)

    def factory(self):
        tls = {}
        if self.security == "starttls":
            tls = {"tls_context": self.context, "require_starttls": True}
        return SMTP(self.handler, hostname="mail.test", enable_SMTPUTF8=False, **tls)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(inbox, security="none", context=None):
    """Run a server; its port is server.port."""
    server = Server(inbox, security, context)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def certificate(folder, host="127.0.0.1"):
    """Write a self-signed certificate; returns (path of it, server context)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    start = datetime.now(UTC) - timedelta(days=400)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "mail.pem", folder / "mail.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, secret)
    return path, context
