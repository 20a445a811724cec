"""What an answer says to a person, and a web page where an API should be."""

import pytest

from simulator.delivery.answers import Answer, is_page, record_answer, said
from simulator.trace import Attempt, Outcome

PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in\n to  Wi-Fi</title></head></html>"


def attempt(status, body=None, error=None):
    """Return an attempt that ended so."""
    return Attempt(1, 0, 0.1, status, error, body)


@pytest.mark.parametrize(
    ("ended", "text"),
    [
        (attempt(None, error="cannot connect: Connection refused"), "cannot connect: Connection refused"),
        (attempt(400, {"title": "Bad Request", "detail": "no actor"}), "no actor"),
        (attempt(400, {"title": "Bad Request"}), "Bad Request"),
        (attempt(301, PAGE), "a redirect, which is not followed: give the URL it leads to"),
        (attempt(307), "a redirect, which is not followed: give the URL it leads to"),
        (attempt(404, PAGE), 'a web page with the title "Sign in to Wi-Fi": is this the address of an API?'),
        (attempt(404, "<html>nothing"), "a web page: is this the address of an API?"),
        (attempt(404, "no such route\nline 2"), "no such route"),
        (attempt(404), "Not Found, without a reason"),
        (attempt(404, {"code": 7}), "Not Found, without a reason"),
        (attempt(799), "no reason given"),
    ],
)
def test_every_answer_says_something(ended, text):
    """Whatever came, there is a line for a person: the server's own words, or what came in their place."""
    assert said(ended) == text


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (PAGE, True),
        ("  <!-- proxy -->\n<HTML lang='de'>", True),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">', True),
        ("<htmlish>", False),
        ("ok", False),
        ({"html": PAGE}, False),
        (None, False),
    ],
)
def test_a_page_is_told_from_an_answer(body, page):
    """Only what begins as a page does; text and JSON may hold one."""
    assert is_page(body) is page


def test_a_page_answered_with_200_is_delivered_and_noted(make_trace):
    """Segment takes every 2xx for success, and so do we; but a portal's page is said, never passed off as an API's."""
    trace = make_trace()
    assert record_answer(trace, Answer(200, body=PAGE)) is Outcome.DELIVERED
    (note,) = trace.warnings
    assert (note.code, note.severity, note.basis) == ("web_page", "warning", "ours")
    assert note.message.startswith('success was answered with a web page with the title "Sign in to Wi-Fi"')


@pytest.mark.parametrize("body", [None, "ok", {"status": "ok"}, []])
def test_another_success_is_no_page(make_trace, body):
    """Nothing public says what a real success looks like: text, JSON and nothing pass without a word."""
    trace = make_trace()
    assert record_answer(trace, Answer(202, body=body)) is Outcome.DELIVERED
    assert trace.warnings == ()
