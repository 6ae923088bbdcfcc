"""A stand-in for the model hub on loopback: what a download asks of it, and no more."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves folders as repositories.

    :ivar repos: repository id to its folder
    :ivar asked: method and path of each request
    """

    def __init__(self, repos: dict[str, Path]) -> None:
        self.repos = repos
        self.asked: list[str] = []
        self.endpoint = ""


@contextmanager
def serving(repos: dict[str, Path]) -> Iterator[Hub]:
    """A hub that runs while the block does."""
    hub = Hub(repos)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(False)

        def do_GET(self) -> None:
            self.answer(True)

        def answer(self, with_body: bool) -> None:
            path = urlsplit(self.path).path
            hub.asked.append(f"{self.command} {path}")
            parts = path.strip("/").split("/")
            if parts[:2] == ["api", "models"]:
                self.repository("/".join(parts[2:4]), "tree" in parts[4:])
            elif len(parts) >= 5 and parts[2] == "resolve":
                self.file("/".join(parts[:2]), "/".join(parts[4:]), with_body)
            else:
                self.missing("EntryNotFound")

        def repository(self, name: str, tree: bool) -> None:
            folder = hub.repos.get(name)
            if folder is None:
                return self.missing("RepoNotFound")
            found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
            files = sorted(found)
            told: object = {
                "id": name,
                "sha": COMMIT,
                "private": False,
                "tags": [],
                "siblings": [{"rfilename": file} for file in files],
            }
            if tree:
                told = [
                    {"type": "file", "path": file, "oid": file, "size": found[file].stat().st_size}
                    for file in files
                ]
            return self.send(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

        def file(self, name: str, file: str, with_body: bool) -> None:
            folder = hub.repos.get(name)
            if folder is None or not (folder / file).is_file():
                return self.missing("EntryNotFound")
            data = (folder / file).read_bytes()
            tag = hashlib.sha1(data, usedforsecurity=False).hexdigest()
            heads = {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}
            return self.send(200, data, heads, with_body)

        def missing(self, code: str) -> None:
            self.send(404, b"{}", {"X-Error-Code": code, "X-Error-Message": f"{code} here"})

        def send(
            self, status: int, data: bytes, heads: dict[str, str], with_body: bool = True
        ) -> None:
            self.send_response(status)
            for name, value in heads.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if with_body and self.command != "HEAD":
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
