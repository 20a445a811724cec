"""The page: self-contained, and nothing an event holds can become markup."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import httpx
import pytest

MARKUP = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>'


def test_it_needs_no_token_and_nothing_from_outside(shared_server):
    """The page comes without a token, and refers to nothing but itself."""
    answer = httpx.get(f"{shared_server.url}/_fake/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"(?:https?:)?//[a-z]", answer.text) == []
    assert re.findall(r'(?:src|href)="([^"]*)"', answer.text) == ["data:,"]


def test_only_its_own_script_may_run(shared_server):
    """Each answer has a new nonce, and the policy allows nothing else."""
    answers = [httpx.get(f"{shared_server.url}/_fake/") for _ in range(2)]
    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in answers]
    assert nonces[0] != nonces[1]
    assert set(nonces[0]) == {re.search(r"script-src 'nonce-([^']+)'", answers[0].headers["content-security-policy"])[1]}
    assert "default-src 'none'" in answers[0].headers["content-security-policy"]


def test_text_is_never_made_markup(shared_server):
    """The script sets text only: none of the ways to parse markup occurs in it."""
    text = httpx.get(f"{shared_server.url}/_fake/").text
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "srcdoc"):
        assert way not in text


@pytest.mark.slow
def test_in_a_real_browser(client, shared_server, make_event, tmp_path):
    """Chromium shows events, violations and people with their merges; hostile text stays text."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    client.send_event(make_event(MARKUP, anonymous="A1", labels={"x": MARKUP}))
    client.send_event(make_event("identify", user=MARKUP, anonymous="A1", labels={"name": MARKUP}))
    client.send_event({"eventType": MARKUP})
    # The token is typed by a page of the same origin that fills in what a person would.
    driver = tmp_path / "drive.py"
    driver.write_text(DRIVER)
    done = subprocess.run(
        [sys.executable, str(driver), browser, shared_server.url, client.headers["apitoken"], str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout
    assert "owned" not in shown.split("<title>")[1].split("</title>")[0]
    assert "&lt;img src=x onerror=" in shown
    assert "<img src=x" not in shown
    assert re.search(r'data-figure="known"><dt>known</dt><dd>1</dd>', shown)
    assert "<del>A1</del>" in shown
    assert "event_time" in shown
    assert 'data-merge="A1"' in shown


DRIVER = '''
"""Drive headless Chromium over its debugging pipe: type the token, choose the person, print the document."""
import json, os, subprocess, sys

browser, url, token, folder = sys.argv[1:]
out_read, out_write = os.pipe()
in_read, in_write = os.pipe()


def wire():
    os.dup2(in_read, 13); os.dup2(out_write, 14)
    os.dup2(13, 3); os.dup2(14, 4)


process = subprocess.Popen(
    [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
     "--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe",
     f"--user-data-dir={folder}/profile", "about:blank"],
    preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
os.close(in_read); os.close(out_write)
answers = os.fdopen(out_read, "rb")
number, rest = 0, b""


def call(method, session=None, **parameters):
    global number, rest
    number += 1
    message = {"id": number, "method": method, "params": parameters}
    if session:
        message["sessionId"] = session
    os.write(in_write, json.dumps(message).encode() + b"\\0")
    while True:
        while b"\\0" not in rest:
            piece = os.read(answers.fileno(), 65536)
            if not piece:
                raise SystemExit("the browser went away")
            rest += piece
        text, _, rest = rest.partition(b"\\0")
        answer = json.loads(text)
        if answer.get("id") == number:
            if "error" in answer:
                raise SystemExit(str(answer["error"]))
            return answer["result"]


try:
    target = call("Target.createTarget", url=url + "/_fake/")["targetId"]
    session = call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def run(script):
        result = call("Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(str(result["exceptionDetails"]))
        return result["result"].get("value")

    until = "(async () => { for (let i = 0; i < 400; i++) { if (%s) return true; await new Promise(r => setTimeout(r, 25)); } return false; })()"
    assert run(until % "document.readyState === 'complete' && document.getElementById('gate')"), "no page"
    run("document.getElementById('token').value = %s; document.getElementById('gate').requestSubmit()" % json.dumps(token))
    assert run(until % "document.querySelectorAll('#events tr').length === 3"), "no events"
    assert run(until % "document.querySelectorAll('#people .user').length === 1"), "no people"
    run("document.querySelector('#people .person').click()")
    assert run(until % "document.querySelector('[data-merge]')"), "no merge timeline"
    print(run("document.documentElement.outerHTML"))
    if len(sys.argv) > 4:
        import base64
        shot = call("Page.captureScreenshot", session)["data"]
        open(folder + "/page.png", "wb").write(base64.b64decode(shot))
finally:
    process.kill()
    process.wait()
'''
