"""The page: self-contained, and nothing an event holds can become markup."""

from __future__ import annotations

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


@pytest.mark.slow
def test_in_a_real_browser(client, shared_server, make_event, tmp_path):
    """Chromium shows events, violations and people with their merges; hostile text stays text."""
    client.send_event(make_event(MARKUP, anonymous="A1", labels={"x": MARKUP}))
    client.send_event(make_event("identify", user=MARKUP, anonymous="A1", labels={"name": MARKUP}))
    client.send_event({"eventType": MARKUP})
    with Page(f"{shared_server.url}/_fake/", tmp_path) as page:
        page.until("document.readyState === 'complete' && document.getElementById('gate')")
        page.run(f"document.getElementById('token').value = {json.dumps(client.headers['apitoken'])}")
        page.run("document.getElementById('gate').requestSubmit()")
        page.until("document.querySelectorAll('#events tr').length === 3")
        page.until("document.querySelectorAll('#people .user').length === 1")
        page.run("document.querySelector('#people .person').click()")
        page.until("document.querySelector('[data-merge]')")
        shown = page.html()
    assert "owned" not in shown.split("<title>")[1].split("</title>")[0]
    assert "&lt;img src=x onerror=" in shown
    assert "<img src=x" not in shown
    assert re.search(r'data-figure="known"><dt>known</dt><dd class="user">1</dd>', shown)
    assert '<del title="A1">A1</del>' in shown
    assert "event_time" in shown
    assert 'data-merge="A1"' in shown
