#!/usr/bin/python3
"""Clients that are not ours finish their work against `h2assay serve`.

    clients_test.py PATH_TO_H2ASSAY [unittest options]

A client that is not installed is left out, and named. Debian packages: curl,
nghttp2-client, nodejs, python3-httpx with python3-h2.
"""

import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
LARGE = 262144
MANY = 100_000
# More than an allocator keeps for itself, far less than 100,000 requests could leave behind: an
# octet for each is 98 KiB.
LEAK_KIB = 4096

NODE = """
const http2 = require('http2');
const session = http2.connect(process.argv[1]);
const ask = (headers, body) => new Promise((resolve, reject) => {
  const stream = session.request(headers);
  const got = {octets: 0, trailers: null, status: 0};
  stream.on('response', (headers) => { got.status = headers[':status']; });
  stream.on('trailers', (trailers) => { got.trailers = trailers['x-octets']; });
  stream.on('data', (data) => { got.octets += data.length; });
  stream.on('end', () => resolve(got));
  stream.on('error', reject);
  stream.end(body);
});
const pushed = new Promise((resolve) => session.on('stream', (stream, headers) => {
  stream.resume();
  stream.on('end', () => resolve(headers[':path']));
}));
(async () => {
  const all = await Promise.all([
    ask({':path': '/'}), ask({':path': '/', ':method': 'HEAD'}),
    ask({':path': '/echo', ':method': 'POST'}, 'x'.repeat(100000)),
    ask({':path': '/large'}), ask({':path': '/trailers'}), ask({':path': '/interim'}),
    ask({':path': '/push'})]);
  console.log(all.map((got) => got.status + ':' + got.octets).join(' '));
  console.log(all[4].trailers, await pushed);
  session.close(() => console.log('closed'));
})().catch((error) => { console.error(error); process.exit(1); });
"""

HTTPX = """
import sys, httpx
with httpx.Client(http1=False, http2=True, verify=False) as client:
    base = sys.argv[1]
    answers = [client.get(base + '/'), client.head(base + '/'),
               client.post(base + '/echo', content=b'x' * 100000),
               client.get(base + '/large'), client.get(base + '/trailers')]
    print(' '.join(f'{a.http_version}:{a.status_code}:{len(a.content)}' for a in answers))
"""


def left_out(client: str) -> None:
    print(f"left out: {client} is not installed", file=sys.stderr)


class Server:
    """`h2assay serve`, for as long as the block lasts."""

    def __init__(self, *options: str) -> None:
        self.scheme = "https" if "--tls" in options else "http"
        self.process = subprocess.Popen(
            [PROGRAM, "serve", *options], stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Server":
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip().rsplit(" ", 1)[1]
        self.url = f"{self.scheme}://{address}"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def resident(self) -> int:
        """KiB of memory that the process holds."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        assert found is not None
        return int(found.group(1))


class Clients(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="h2assay-clients-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_client(self, *command: str) -> str:
        """What it prints; that it fails is a failure."""
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_curl(self) -> None:
        if shutil.which("curl") is None:
            return left_out("curl")
        upload = self.folder / "upload"
        upload.write_bytes(b"0123456789" * 30000)
        for option, how in (("--tls", "--http2"), ("--host=127.0.0.1", "--http2-prior-knowledge")):
            with Server(option) as server:
                curl = ["curl", "-sSk", how]
                echoed = self.folder / "echoed"
                said = "%{http_version} %{http_code} %{size_download}"
                for path, wanted in (("/", "2 200 12"), ("/large", f"2 200 {LARGE}")):
                    got = self.run_client(*curl, "-o", "/dev/null", "-w", said, server.url + path)
                    self.assertEqual(got, wanted)
                head = self.run_client(*curl, "-I", server.url)
                self.assertIn("content-length: 12", head)
                data = ["--data-binary", f"@{upload}", "-o", str(echoed)]
                self.run_client(*curl, *data, server.url + "/echo")
                self.assertEqual(echoed.read_bytes(), upload.read_bytes())
                # It stops at the content-length, shows no trailers, and must not stumble over them.
                text = self.run_client(*curl, server.url + "/trailers")
                self.assertEqual(text, "trailers follow\n")
        return None

    def test_nghttp(self) -> None:
        if shutil.which("nghttp") is None:
            return left_out("nghttp")
        with Server() as server:
            log = self.run_client("nghttp", "-nv", server.url + "/", server.url + "/push")
            self.assertIn("recv PUSH_PROMISE frame", log)
            self.assertIn(":path: /pushed", log)
            log = self.run_client("nghttp", "-nv", server.url + "/trailers", server.url + "/large")
            self.assertIn("x-octets: 16", log)
            lengths = re.findall(r"recv DATA frame <length=(\d+)", log)
            self.assertEqual(sum(map(int, lengths)), LARGE + 16)
        return None

    def test_node(self) -> None:
        if shutil.which("node") is None:
            return left_out("node")
        with Server() as server:
            log = self.run_client("node", "-e", NODE, server.url).splitlines()
            sizes = [12, 0, 100000, LARGE, 16, 28, 12]
            self.assertEqual(log[0], " ".join(f"200:{size}" for size in sizes))
            self.assertEqual(log[1:], ["16 /pushed", "closed"])
        return None

    def test_httpx(self) -> None:
        if not all(importlib.util.find_spec(name) for name in ("httpx", "h2")):
            return left_out("python3-httpx")
        with Server("--tls") as server:
            log = self.run_client("/usr/bin/python3", "-c", HTTPX, server.url)
            sizes = [12, 0, 100000, LARGE, 16]
            self.assertEqual(log.split(), [f"HTTP/2:200:{size}" for size in sizes])
        return None

    def test_h2load_finds_no_leak(self) -> None:
        if shutil.which("h2load") is None:
            return left_out("h2load")

        def load(count: int, url: str, *more: str) -> None:
            log = self.run_client("h2load", "-n", str(count), "-c", "8", "-m", "20", *more, url)
            self.assertIn(f"{count} succeeded, 0 failed, 0 errored, 0 timeout", log)

        upload = self.folder / "upload"
        upload.write_bytes(b"x" * 20000)
        with Server() as server:
            load(10_000, server.url)
            load(500, server.url + "/echo", "-d", str(upload))
            before = server.resident()
            load(MANY, server.url)
            load(1000, server.url + "/echo", "-d", str(upload))
            after = server.resident()
        print(f"{before} KiB before, {after} KiB after {MANY} requests", file=sys.stderr)
        self.assertLess(after - before, LEAK_KIB)
        return None


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
