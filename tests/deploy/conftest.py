"""The stack of docker-compose.yml, run as it says without an engine: its commands, its environment, its nginx."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import socket
import ssl
import string
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local import process, servers
from local.redis import free_port
from tests.promises.stack import wait_until

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "secret_key": "a-long-and-random-secret-key-of-this-test-alone-0123456789",
    "encryption_keys": "k1:YnVpbGQtYnVpbGQtYnVpbGQtYnVpbGQtYnVpbGQtYnU=",
    "whatsapp_app_secret": "app-secret-of-this-test",
    "whatsapp_verify_token": "verify-token-of-this-test",
}


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def nginx_path() -> str | None:
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


@dataclass
class Production:
    """Every service of the compose file on ports of its own; `ports` by service, "https" being nginx's."""

    folder: Path
    database: servers.Postgres
    redis: servers.Redis
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in ("web", "live", "http", "https")}
        for name, value in (SECRETS | {"database_url": self.database.url}).items():
            (self.folder / name).write_text(value)

    @property
    def environ(self) -> dict[str, str]:
        """The compose file's, with this machine's places for its secrets and servers."""
        told = compose()["x-app"]["environment"]
        here = {name: value.replace("/run/secrets", str(self.folder)) for name, value in told.items()}
        mine = {
            "BASE_DOMAIN": "localhost",
            "REDIS_URL": self.redis.url,
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "PUBLIC_PORT": str(self.ports["https"]),
            "HOSTNAME": socket.gethostname(),
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        hidden = ("DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "WHATSAPP_", "DJANGO_", "PYTEST_")
        outside = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        return outside | {"PATH": path} | here | mine

    def command(self, words: list[str]) -> list[str]:
        places = {"8001": str(self.ports["live"]), "--schedule=/tmp/beat": f"--schedule={self.folder / 'beat'}"}
        return [places.get(word, sys.executable if word == "python" else word) for word in words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends, as in a container of the image."""
        return subprocess.run(
            self.command(list(words)), cwd=ROOT, env=self.environ, check=True, capture_output=True, text=True
        )

    def start(self, service: str) -> None:
        environ = self.environ | ({"PORT": str(self.ports["web"])} if service == "web" else {})
        self._spawn(service, self.command(compose()["services"][service]["command"]), environ)

    def start_nginx(self) -> None:
        values = {
            "BASE_DOMAIN": "localhost",
            "WEB": f"127.0.0.1:{self.ports['web']}",
            "LIVE": f"127.0.0.1:{self.ports['live']}",
            "HTTP_PORT": str(self.ports["http"]),
            "HTTPS_PORT": str(self.ports["https"]),
            "UPLOAD_MAX_MB": "26",
            "CERTIFICATE": str(self.folder / "tls_certificate"),
            "CERTIFICATE_KEY": str(self.folder / "tls_key"),
        }
        assert values.keys() == compose()["services"]["nginx"]["environment"].keys()
        make_certificate(self.folder)
        site = string.Template((ROOT / "deploy/nginx.conf.template").read_text()).safe_substitute(values)
        (self.folder / "site.conf").write_text(site)
        (self.folder / "nginx.conf").write_text(_MAIN.format(folder=self.folder, user=_nginx_user()))
        self._spawn("nginx", [str(nginx_path()), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")], {})

    def _spawn(self, name: str, command: list[str], environ: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=process.when_we_die(signal.SIGKILL),
            )

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text()

    def close(self) -> None:
        ending = list(self.running.values())
        process.kill([pid for each in ending for pid in process.with_children(each.pid)])
        for each in ending:
            each.wait(10)

    # The edge, as a browser or Meta reaches it

    def connect(self, host: str) -> ssl.SSLSocket:
        """A TLS connection to a host; the name is checked against the certificate."""
        trust = ssl.create_default_context(cafile=str(self.folder / "tls_certificate"))
        raw = socket.create_connection(("127.0.0.1", self.ports["https"]), timeout=30)
        return trust.wrap_socket(raw, server_hostname=host)

    def ask(
        self, method: str, path: str, *, host: str = "localhost", body: bytes = b"", headers: Any = None
    ) -> tuple[int, dict[str, str], bytes]:
        lines = {"Host": f"{host}:{self.ports['https']}", "Content-Length": str(len(body)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in (lines | (headers or {})).items())
        with self.connect(host) as connection:
            try:
                connection.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
            except OSError:
                pass  # refused before all was sent: the answer is there to be read
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
            return (
                answer.status,
                {**{k.lower(): v for k, v in answer.getheaders()}, "cookies": "\n".join(cookies)},
                answer.read(),
            )


_MAIN = """daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


def _nginx_user() -> str:
    return "user root;" if os.geteuid() == 0 else ""


def make_certificate(folder: Path) -> None:
    """Self-signed, for the hosts of the tests: clients accept no wildcard right below a top-level domain."""
    key, issuer = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ia-att")]),
    )
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name) for name in ("localhost", "ze.localhost", "nobody.localhost")]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "tls_certificate").write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "tls_key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """Migrated, with static files collected and every service up, behind nginx."""
    if nginx_path() is None:
        if os.environ.get("REQUIRE_NGINX", "") not in ("", "0"):
            pytest.fail("REQUIRE_NGINX is set, but nginx was not found.")
        pytest.skip("no nginx: install it to prove deploy/nginx.conf.template")
    with ExitStack() as exits:
        database, redis = exits.enter_context(servers.postgres(fsync=False)), exits.enter_context(servers.redis())
        stack = Production(tmp_path_factory.mktemp("production"), database, redis)
        exits.callback(stack.close)
        stack.run("python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        stack.run(*compose()["services"]["migrate"]["command"])
        stack.run(
            *("python", "manage.py", "create_tenant", "--slug", "ze", "--name", "Barbearia do Zé"),
            *("--email", "ze@example.com", "--password", "senha-boa-123"),
        )
        for service in ("web", "live", "dispatcher", "worker", "beat"):
            stack.start(service)
        stack.start_nginx()
        wait_until(lambda: _answers(stack), seconds=90, what="the stack behind nginx")
        yield stack


def _answers(stack: Production) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", stack.ports["live"]), timeout=1):
            return stack.ask("GET", "/health/ready")[0] == 200
    except OSError:
        return False
