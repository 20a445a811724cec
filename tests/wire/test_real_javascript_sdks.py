"""The real @segment/analytics-node, and analytics.js in a real headless Chromium, against the source."""

from __future__ import annotations

import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from chromium import installed

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeClient
from simulator.gateway.gateway import Gateway

pytestmark = pytest.mark.slow

PACKAGES = ["@segment/analytics-node", "@segment/analytics-next"]

NODE = """
import { Analytics } from '@segment/analytics-node'
const [writeKey, host] = process.argv.slice(2)
const sdk = new Analytics({ writeKey, host, maxRetries: 0 })
sdk.on('error', (error) => { console.error(error); process.exitCode = 1 })
for (let n = 0; n < 3; n++) sdk.track({ anonymousId: 'a-2', event: 'Plan Viewed', properties: { plan: 'team' } })
sdk.identify({ userId: 'u-2', anonymousId: 'a-2', traits: { plan: 'team' } })
sdk.page({ anonymousId: 'a-2', name: 'Pricing' })
await sdk.closeAndFlush()
"""

PAGE = """<!doctype html><title>shop</title><script src="/index.js"></script><script>
const sdk = AnalyticsNext.AnalyticsBrowser.load(
  { writeKey: 'browser-key', cdnURL: 'SOURCE' },
  { integrations: { 'Segment.io': { apiHost: 'HOST/v1', protocol: 'http' } } })
async function shop() {
  for (let n = 0; n < 3; n++) await sdk.track('Plan Viewed', { plan: 'team', seats: 12 })
  await sdk.identify('u-3', { plan: 'team' })
}
shop()
</script>"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """A folder with both SDKs installed from npm."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed here: the JavaScript SDKs cannot be run")
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm cannot install {' and '.join(PACKAGES)} here: {done.stderr.strip()[-300:]}")
    return folder


@pytest.fixture(scope="module")
def server():
    """One fake for the module."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def fake(server, request):
    """The fake's API; the token is the test's name."""
    with FakeClient(server.url, request.node.name) as client:
        yield client


@pytest.fixture
def source(server, request):
    """A gateway to the fake."""
    with Gateway(server.url, token=request.node.name, seed=1) as gateway:
        yield gateway


def assert_one_actor(fake, user):
    """Four events of one user, the three anonymous ones re-attributed."""
    assert fake.summary()["events"]["accepted"] == 4
    (actor,) = fake.actors()
    assert (actor["actorId"], len(actor["anonymousIds"]), actor["events"]) == (f"user:{user}", 1, 4)
    (merge,) = fake.merges()
    assert (merge["to"], merge["eventsMoved"]) == (f"user:{user}", 3)


def test_analytics_node(modules, source, fake):
    """Its batch arrives whole: four events delivered, the page call discarded."""
    (modules / "shop.mjs").write_text(NODE, encoding="utf-8")
    done = subprocess.run(
        ["node", "shop.mjs", source.write_key, source.host],
        cwd=modules,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    traces = source.flush()
    assert sorted(getattr(trace.admission, "code", "") for trace in traces) == [
        "",
        "",
        "",
        "",
        "UNSUPPORTED_EVENT_TYPE",
    ]
    assert_one_actor(fake, "u-2")


class Quiet(SimpleHTTPRequestHandler):
    """Serves the page and says nothing."""

    def log_message(self, format, *args):  # noqa: A002 - the standard library's name
        """Say nothing."""


@pytest.fixture
def page(modules, source):
    """The URL of a page of another origin that loads analytics.js and sends to the source."""
    folder = modules / "site"
    shutil.copytree(modules / "node_modules/@segment/analytics-next/dist/umd", folder)
    text = PAGE.replace("SOURCE", source.host).replace("HOST", source.host.removeprefix("http://"))
    (folder / "shop.html").write_text(text, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}/shop.html"
        site.shutdown()
        thread.join()


def test_analytics_js_in_a_real_browser(page, source, fake, tmp_path):
    """Settings fetched, preflight passed, text/plain posts taken: one actor, from a page of another origin."""
    command = [installed(), "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", page]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        fake.wait(4, timeout=60)
    finally:
        process.terminate()
        process.wait(30)
    traces = source.flush()
    assert {trace.received.origin for trace in traces} == {"POST /v1/t", "POST /v1/i"}
    assert traces[0].received.payload["context"]["library"]["name"] == "analytics.js"
    assert traces[0].received.payload["writeKey"] == "browser-key"
    assert_one_actor(fake, "u-3")
