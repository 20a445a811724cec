"""Routes about people: actors, the reasons, the merge log, the policy, undoing a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fake_pointillist.errors import RefusedError, UnknownIdError, UnknownPolicyError
from fake_pointillist.identity.attribution import Options
from fake_pointillist.switching import Moved, switch
from fake_pointillist.wire.actors import actor_json, actor_with_merges
from fake_pointillist.wire.answers import ActorJson, ActorsJson, MergesJson, MovedJson, MovesJson, PolicyJson, WhyJson
from fake_pointillist.wire.asked import NewPolicyJson, UnlinkJson
from fake_pointillist.wire.long_lists import shown
from fake_pointillist.wire.operations import LIMIT, Answer, Call, Operation, Parameter
from fake_pointillist.wire.readings import find, id_event, merge_json

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import ActorIds, IdEvent
    from fake_pointillist.storage.commits import Commit
    from fake_pointillist.tenant import Tenant


async def list_actors(call: Call) -> ActorsJson:
    """Return a page of the actors that have events, in the order of their ids."""
    kind, search, after, limit = call["kind"], call["q"] or "", call["after"], call["limit"]

    def find(tenant: Tenant) -> list[ActorIds]:
        return list(tenant.identity.actors(kind, contains=search, after=after, limit=limit + 1))

    found = await shown(call, find, actor_json)
    page = found[:limit]
    return {"actors": page, "next": page[-1]["actorId"] if len(found) > limit else None}


def get_actor(call: Call) -> ActorJson:
    """Return one actor."""
    found = actor_with_merges(call.tenant, call["actorId"])
    if found is None:
        raise RefusedError(
            404,
            f"no actor {call['actorId']!r} of this token; ids look like user:U1, anon:A1 and id:email:ada@example.com",
        )
    return found


async def merges(call: Call) -> MergesJson:
    """Return the merge log."""
    return {"merges": await shown(call, lambda tenant: list(tenant.merges), merge_json)}


def why(call: Call) -> WhyJson:
    """Return the reasons for one event, or for two ids being one person or two."""
    from fake_pointillist.identity.why import explain_actor, explain_event, explain_pair  # noqa: PLC0415 - asked for by people

    event, one, other = call["event"], call["a"], call["b"]
    if (event is None) == (one is None and other is None) or (other is not None and one is None):
        raise RefusedError(400, "ask with event=ID, with a=ID&b=ID, or with a=ID")
    identity = call.tenant.identity
    try:
        if event is not None:
            reasons = explain_event(identity, _named(call.tenant, event))
        elif other is not None:
            reasons = explain_pair(identity, one, other)
        else:
            reasons = explain_actor(identity, one)
    except UnknownIdError as error:
        raise RefusedError(404, str(error)) from error
    return cast("WhyJson", reasons.to_json())


def _named(tenant: Tenant, name: str) -> IdEvent:
    seq = tenant.seq_of_id(name)
    found = find(tenant, after=seq - 1, limit=1) if seq is not None else find(tenant, message_id=name, limit=1)
    if not found or found[0].time_us is None:
        raise RefusedError(404, f"no accepted event {name!r} of this token; ask with its event id or message id")
    return id_event(tenant, found[0])


def get_policy(call: Call) -> PolicyJson:
    """Return the policy in force."""
    return cast("PolicyJson", {"policy": call.tenant.policy, "options": call.tenant.options.to_json()})


async def put_policy(call: Call) -> MovesJson:
    """Switch the policy, read the same events anew, and return what moved."""
    try:
        options = Options(**{name: _whole(value) for name, value in call.body.get("options", {}).items()})
        moved, commit = await switch(call.service.tenants, call.tenant, call.body["policy"], options)
    except (UnknownPolicyError, ValueError) as error:
        raise RefusedError(400, str(error)) from error
    return await _moves(call, moved, commit)


def _whole(value: Any) -> Any:
    """Return an integer for ``7.0``: to JSON Schema it is one."""
    return int(value) if isinstance(value, float) else value


async def unlink(call: Call) -> MovesJson:
    """Delete a user's claims on an anonymousId and return what moved."""
    user_id, anonymous_id = call.body["userId"], call.body["anonymousId"]
    with call.service.tenants.lock:
        moves, commit = call.tenant.unlink(user_id, anonymous_id)
    moved = tuple(Moved(move.anonymous_id, move.from_, move.to, move.events_moved) for move in moves)
    return await _moves(call, moved, commit)


async def _moves(call: Call, moved: tuple[Moved, ...], commit: Commit) -> MovesJson:
    await commit.settled()
    call.tenant.bell.ring()
    return {"moved": [_moved_json(one) for one in moved], "summary": await call.service.summary(call.tenant)}


def _moved_json(moved: Moved) -> MovedJson:
    record: Any = {"anonymousId": moved.anonymous_id, "from": moved.from_, "to": moved.to, "events": moved.events}
    return cast("MovedJson", record)


OPERATIONS = (
    Operation(
        *("GET", "/_fake/actors", list_actors, "People, in the order of their ids"),
        (Answer(200, "a page", ActorsJson),),
        parameters=(
            Parameter("kind", str, "known: with a userId; anonymous: without", choices=("known", "anonymous")),
            Parameter("q", str, "text one of the ids holds, without case"),
            Parameter("after", str, "only what sorts behind this actor id"),
            LIMIT,
        ),
    ),
    Operation(
        *("GET", "/_fake/actors/{actorId}", get_actor, "One person, with the merges it took part in"),
        (Answer(200, "the actor", ActorJson), Answer(404, "there is no such actor", None)),
        parameters=(Parameter("actorId", str, "such as user:U1 or anon:A1", "path", required=True),),
    ),
    Operation(
        *("GET", "/_fake/why", why, "The chain of reasons: of an event, of two ids, of an actor"),
        (Answer(200, "the reasons", WhyJson), Answer(404, "there is no such event", None)),
        parameters=(
            Parameter("event", str, "an event id or message id"),
            Parameter("a", str, "a userId, an anonymousId, another identifier, or an actor id"),
            Parameter("b", str, "another one"),
        ),
    ),
    Operation("GET", "/_fake/merges", merges, "The merge log", (Answer(200, "all of it", MergesJson),)),
    Operation("GET", "/_fake/policy", get_policy, "The policy in force", (Answer(200, "the policy", PolicyJson),)),
    Operation(
        *("PUT", "/_fake/policy", put_policy, "Read the same events under another policy"),
        (Answer(200, "what moved", MovesJson),),
        body=NewPolicyJson,
    ),
    Operation(
        *("POST", "/_fake/unlink", unlink, "Delete a user's claims on an anonymousId"),
        (Answer(200, "what moved", MovesJson),),
        body=UnlinkJson,
    ),
)
