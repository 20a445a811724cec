"""The whole pipe as one would first write it, kept as the baseline of row 10.

Faker for every field, jsonschema on both sides, a synchronous httpx client, a plain Starlette server with a SQLite
table and a commit an event. Every piece is what its documentation shows first. ``python naive_pipe.py N`` prints the
seconds.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

SEGMENT = {
    "type": "object",
    "required": ["type", "messageId", "timestamp", "anonymousId"],
    "properties": {
        "type": {"enum": ["identify", "track"]},
        "messageId": {"type": "string", "maxLength": 100},
        "anonymousId": {"type": ["string", "null"]},
        "userId": {"type": ["string", "null"]},
        "timestamp": {"type": "string", "format": "date-time"},
        "event": {"type": "string", "minLength": 1},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "context": {"type": "object"},
    },
}
POINTILLIST = {
    "type": "object",
    "required": ["eventType", "eventTime", "actors"],
    "properties": {
        "eventSource": {"type": "string"},
        "eventType": {"type": "string", "pattern": "\\S"},
        "eventTime": {"type": "string"},
        "actors": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "object"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "numbers": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}


def message(fake, people):
    """One message, every field from Faker."""
    anonymous_id, user_id = fake.random_element(people)
    common = {
        "messageId": str(uuid.uuid4()),
        "anonymousId": anonymous_id,
        "timestamp": fake.date_time_this_year().isoformat() + "Z",
        "context": {
            "ip": fake.ipv4(),
            "locale": fake.locale(),
            "userAgent": fake.user_agent(),
            "page": {
                "url": fake.url(),
                "path": "/" + fake.uri_path(),
                "title": fake.sentence(),
                "referrer": fake.url(),
            },
            "campaign": {"source": fake.word(), "medium": fake.word(), "name": fake.catch_phrase()},
        },
    }
    if fake.random_int(0, 9) == 0:
        traits = {"email": fake.email(), "name": fake.name(), "city": fake.city(), "age": fake.random_int(18, 90)}
        return {**common, "type": "identify", "userId": user_id, "traits": traits}
    products = [
        {"product_id": fake.ean(), "name": fake.word(), "price": fake.pyfloat(2, 2, True), "quantity": 1}
        for _ in range(fake.random_int(1, 3))
    ]
    properties = {"order_id": fake.ean(), "currency": fake.currency_code(), "coupon": fake.word(), "products": products}
    return {**common, "type": "track", "event": "Order Completed", "properties": properties}


def flatten(value, name, labels, numbers):
    """Put the leaves of a value into labels and numbers."""
    if isinstance(value, dict):
        for key, inner in value.items():
            flatten(inner, f"{name}_{key}" if name else key, labels, numbers)
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            flatten(inner, f"{name}_{index}", labels, numbers)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        numbers[name] = value
    elif value is not None:
        labels[name] = str(value)


def to_event(received):
    """The event of a message."""
    labels, numbers = {}, {}
    flatten(received.get("properties") or received.get("traits"), "", labels, numbers)
    flatten(received["context"]["campaign"], "campaign", labels, numbers)
    customer = {key: received[key] for key in ("anonymousId", "userId") if received.get(key)}
    return {
        "eventSource": "Segment",
        "eventType": received.get("event", "identify"),
        "eventTime": received["timestamp"],
        "actors": {"customer": customer},
        "labels": labels,
        "numbers": numbers,
    }


def serve(port, database):
    """The server: validate, store, stitch, answer."""
    import jsonschema
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    validator = jsonschema.Draft202012Validator(POINTILLIST)
    store = sqlite3.connect(database)
    store.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT, user_id TEXT, anonymous_id TEXT)")
    store.execute("CREATE INDEX anonymous ON event (anonymous_id)")

    async def take(request):
        event = await request.json()
        errors = [error.message for error in validator.iter_errors(event)]
        if errors:
            return JSONResponse({"errors": errors}, 400)
        ids = event["actors"]["customer"]
        user_id, anonymous_id = ids.get("userId"), ids.get("anonymousId")
        store.execute("INSERT INTO event VALUES (NULL, ?, ?, ?)", (json.dumps(event), user_id, anonymous_id))
        if user_id and anonymous_id:
            update = "UPDATE event SET user_id = ? WHERE anonymous_id = ? AND user_id IS NULL"
            store.execute(update, (user_id, anonymous_id))
        store.commit()
        return JSONResponse({"status": "accepted"})

    app = Starlette(routes=[Route("/event", take, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def run(count):
    """Send ``count`` messages; return the seconds from the first to the last."""
    import httpx
    import jsonschema
    from faker import Faker

    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = subprocess.Popen([sys.executable, __file__, "serve", str(port), str(Path(folder) / "events.sqlite")])
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                while True:
                    try:
                        client.get("/")
                        break
                    except httpx.ConnectError:
                        time.sleep(0.05)
                fake = Faker()
                Faker.seed(1)
                people = [(str(uuid.uuid4()), f"user-{number}") for number in range(200)]
                validator = jsonschema.Draft202012Validator(SEGMENT)
                start = time.perf_counter()
                for _ in range(count):
                    made = message(fake, people)
                    validator.validate(made)
                    client.post("/event", json=to_event(made), headers={"apiToken": "t"}).raise_for_status()
                return time.perf_counter() - start
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        print(run(int(sys.argv[1])))
