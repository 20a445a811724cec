"""The page: self-contained, and nothing an event holds can become markup."""

from __future__ import annotations

import contextlib
import json
import re

import httpx
import pytest
from chromium import Page

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
    assert set(nonces[0]) == {
        re.search(r"script-src 'nonce-([^']+)'", answers[0].headers["content-security-policy"])[1]
    }
    assert "default-src 'none'" in answers[0].headers["content-security-policy"]


def test_text_is_never_made_markup(shared_server):
    """The script sets text only: none of the ways to parse markup occurs in it."""
    text = httpx.get(f"{shared_server.url}/_fake/").text
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "srcdoc"):
        assert way not in text


@contextlib.contextmanager
def shown(server, client, folder):
    """Give the page in a real browser, once the client's token is typed in."""
    with Page(f"{server.url}/_fake/", folder) as page:
        page.until("document.readyState === 'complete' && document.getElementById('gate')")
        page.run(f"document.getElementById('token').value = {json.dumps(client.headers['apitoken'])}")
        page.run("document.getElementById('gate').requestSubmit()")
        yield page


@pytest.mark.slow
def test_in_a_real_browser(client, shared_server, make_event, tmp_path):
    """Chromium shows events, violations and people with their merges; hostile text stays text."""
    client.send_event(make_event(MARKUP, anonymous="A1", labels={"x": MARKUP}))
    client.send_event(make_event("identify", user=MARKUP, anonymous="A1", labels={"name": MARKUP}))
    client.send_event({"eventType": MARKUP})
    with shown(shared_server, client, tmp_path) as page:
        page.until("document.querySelectorAll('#events tr').length === 3")
        page.until("document.querySelectorAll('#people .user').length === 1")
        page.run("document.querySelector('#people .person').click()")
        page.until("document.querySelector('[data-merge]')")
        html = page.html()
        page.run("document.querySelector('#events tr').click()")
        page.until("document.getElementById('detail').textContent.includes('send ISO-8601')")
    assert "owned" not in html.split("<title>")[1].split("</title>")[0]
    assert "&lt;img src=x onerror=" in html
    assert "<img src=x" not in html
    assert re.search(r'data-figure="known"><dt>known</dt><dd class="user">1</dd>', html)
    assert '<del title="A1">A1</del>' in html
    assert "event_time" in html
    assert 'data-merge="A1"' in html


@pytest.mark.slow
def test_a_switch_of_policy_is_seen(client, shared_server, make_event, tmp_path):
    """Whose each event is follows the policy: under the one it is the first claimer's, under the other the last's."""
    client.send_event(make_event("Opened", anonymous="A1"))
    for user in ("first", "last"):
        client.send_event(make_event("identify", user=user, anonymous="A1"))
    owner = "document.querySelector('#events tr:nth-child(3)').textContent.includes('%s')"
    with shown(shared_server, client, tmp_path) as page:
        page.until("document.querySelectorAll('#events tr').length === 3")
        page.until(owner % "first")
        client.put("/_fake/policy", json={"policy": "last-claim"})
        page.until("document.querySelectorAll('#events tr').length === 3 && " + owner % "last")
