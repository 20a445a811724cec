"""From a token to its tenant."""

from __future__ import annotations

import threading
from hashlib import blake2b
from hmac import compare_digest
from typing import TYPE_CHECKING

from contracts.codes import violation
from fake_pointillist.bell import Bell
from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.restoring import restoring
from fake_pointillist.storage.sweeping import left_behind, sweeping
from fake_pointillist.tenant import Tenant
from fake_pointillist.turns import let_go, others

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.merge_log import MergeLog
    from fake_pointillist.records import Rules
    from fake_pointillist.storage.commits import Commit
    from fake_pointillist.storage.statements import Write
    from fake_pointillist.storage.store import Store


class Tenants:
    """Every tenant of a server.

    A tenant is *known* while its memory is what the store holds, or ahead of it by a commit under way. At its first
    request after a start, and after a commit of its own was lost, it is restored first, in slices: :meth:`of` waits
    for that.

    Args:
        store: Where they are kept.
        rules: How they are treated.
        tokens: The tokens that are taken; empty = any that is not empty.
        limit: Tenants at most, so that made-up tokens cannot fill the memory.

    Attributes:
        lock: Held while a tenant is read or changed: the app may run in a server's thread and in a test's at once.
    """

    def __init__(self, store: Store, rules: Rules, tokens: Sequence[str] = (), *, limit: int = 100_000) -> None:
        self.store = store
        self.rules = rules
        self.lock = threading.RLock()
        self._limit = limit
        self._allowed = [self.digest(token.encode()) for token in tokens]
        self._known: dict[bytes, Tenant] = {}
        self._unknown: dict[bytes, Tenant] = {}
        self._being_restored: set[bytes] = set()
        self._restored = Bell()
        self._closing = self._is_sweeping = False
        self._left: list[tuple[Identity, MergeLog]] = []
        (newest,) = store.read("SELECT coalesce(max(number), 0) FROM tenant")[0]
        self._newest: int = newest

    def at_once(self, token: bytes | None) -> Tenant | None:
        """Return a token's tenant where nobody has to wait for it: it is known, or new. Else ask :meth:`of`.

        Raises:
            RefusedError: 401 for no or an unknown token, 503 when there are too many tenants.
        """
        return self.by_digest(self.digest(token))

    def digest(self, token: bytes | None) -> bytes:
        """Return what a token is known by; only that is compared and looked up, so the time it takes tells nothing.

        Raises:
            RefusedError: 401 for no token.
        """
        if not token:
            what = "the apiToken header is missing" if token is None else "the apiToken header is empty"
            raise RefusedError(401, what, (violation("bad_token", "", what),))
        return blake2b(token, digest_size=16, key=self.store.salt).digest()

    def by_digest(self, digest: bytes) -> Tenant | None:
        """Do what :meth:`at_once` does, for a token whose digest is known."""
        tenant = self._known.get(digest)
        return tenant if tenant is not None else self._find(digest)

    async def of(self, token: bytes | None) -> Tenant:
        """Return a token's tenant, once it is known.

        Raises:
            RefusedError: As :meth:`at_once`, and 503 when the server stops.
            StoreError: It could not be read.
        """
        digest = self.digest(token)
        tenant = self.by_digest(digest)
        return tenant if tenant is not None else await self._meet(digest)

    async def settled(self, tenant: Tenant) -> None:
        """Return once all that was asked of a tenant before is safe, and its memory is what the store holds.

        Raises:
            StoreError: It was lost.
        """
        await self.store.newest.settled()
        if self._known.get(tenant.digest) is not tenant:
            await self._meet(tenant.digest)

    def reset(self, tenant: Tenant) -> Commit:
        """Empty a tenant; return the commit. :meth:`sweep` is to follow."""
        with self.lock:
            self._newest += 1
            self._left.append((tenant.identity, tenant.merges))
            return tenant.reset(self._newest)

    async def sweep(self) -> None:
        """Let go of what resets left behind, in memory and in the store, in slices, until the server stops."""
        with self.lock:
            left, self._left = self._left, []
        for identity, merges in left:
            await let_go(identity, merges)
        if self._is_sweeping:  # it will come to what this reset left, too
            return
        self._is_sweeping = True
        try:
            while True:
                with self.lock:
                    numbers = left_behind(self.store)
                if not numbers:
                    return
                steps = sweeping(self.store, numbers[0])
                while (commit := self._swept(steps)) is not None:
                    await commit.settled()
                    if self._closing:
                        return
                    await others()
        except StoreError:
            self.recover()
        finally:
            self._is_sweeping = False

    def _swept(self, steps: Iterator[list[Write]]) -> Commit | None:
        with self.lock:
            writes = next(steps, None)
            if writes:  # a commit of nothing would never be decided
                self.store.write(writes)
            return None if writes is None else self.store.newest

    def recover(self) -> None:
        """Have the tenants whose memory holds what the store lost restored before they are used again."""
        with self.lock:
            if self.store.is_lost:
                for digest in [digest for digest, tenant in self._known.items() if tenant.is_ahead]:
                    self._unknown[digest] = self._known.pop(digest)
                self.store.recovered()

    def close(self) -> None:
        """Wake everyone who listens to any tenant: the server stops."""
        self._closing = True
        with self.lock:
            for tenant in (*self._known.values(), *self._unknown.values()):
                tenant.bell.ring()

    def _find(self, digest: bytes) -> Tenant | None:
        """Return a tenant that is known or new; ``None`` where it has to be restored."""
        with self.lock:
            if digest in self._known or digest in self._unknown:
                return self._known.get(digest)
            if self._allowed and not sum(compare_digest(digest, allowed) for allowed in self._allowed):
                what = "the apiToken is unknown to this server"
                raise RefusedError(401, what, (violation("bad_token", "", what),))
            if len(self._known) + len(self._unknown) >= self._limit:
                raise RefusedError(503, f"this server has {self._limit} tenants already; start it anew")
            rows = self.store.read("SELECT number FROM tenant WHERE digest = ?", (digest,))
            if rows:
                self._unknown[digest] = Tenant(self.store, rows[0][0], digest, self.rules)
                return None
            self._newest += 1
            tenant = self._known[digest] = Tenant(self.store, self._newest, digest, self.rules)
            return tenant

    async def _meet(self, digest: bytes) -> Tenant:
        """Return a tenant once it is restored; who comes first does it, others wait for that."""
        while True:
            with self._restored.listening() as rung:
                with self.lock:
                    if digest in self._known:
                        return self._known[digest]
                    if digest not in self._being_restored:
                        self._being_restored.add(digest)
                        break
                await rung
        try:
            await self._restore(self._unknown[digest])
            with self.lock:
                tenant = self._known[digest] = self._unknown.pop(digest)
        finally:
            with self.lock:
                self._being_restored.discard(digest)
            self._restored.ring()
        return tenant

    async def _restore(self, tenant: Tenant) -> None:
        steps = restoring(tenant)
        while True:
            with self.lock:
                if next(steps, self) is self:
                    return
            if self._closing:
                raise RefusedError(503, "the server stops")
            await others()
