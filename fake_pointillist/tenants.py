"""From a token to its tenant."""

from __future__ import annotations

import threading
from hashlib import blake2b
from hmac import compare_digest
from typing import TYPE_CHECKING

from contracts.codes import violation
from fake_pointillist.errors import RefusedError
from fake_pointillist.restoring import restore
from fake_pointillist.tenant import Tenant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.records import Rules
    from fake_pointillist.storage.store import Store


class Tenants:
    """Every tenant of a server.

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
        self._allowed = [self._digest(token.encode()) for token in tokens]
        self._by_digest: dict[bytes, Tenant] = {}
        (newest,) = store.read("SELECT coalesce(max(number), 0) FROM tenant")[0]
        self._newest: int = newest

    def of(self, token: bytes | None) -> Tenant:
        """Return a token's tenant.

        Only keyed digests are compared and looked up, so the time it takes tells nothing of a token.

        Raises:
            RefusedError: 401 for no or an unknown token, 503 when there are too many tenants.
        """
        if not token:
            what = "the apiToken header is missing" if token is None else "the apiToken header is empty"
            raise RefusedError(401, what, (violation("bad_token", "", what),))
        digest = self._digest(token)
        tenant = self._by_digest.get(digest)
        return tenant if tenant is not None else self._meet(digest)

    def _meet(self, digest: bytes) -> Tenant:
        if self._allowed and not sum(compare_digest(digest, allowed) for allowed in self._allowed):
            what = "the apiToken is unknown to this server"
            raise RefusedError(401, what, (violation("bad_token", "", what),))
        with self.lock:
            if digest in self._by_digest:
                return self._by_digest[digest]
            if len(self._by_digest) >= self._limit:
                raise RefusedError(503, f"this server has {self._limit} tenants already; start it anew")
            rows = self.store.read("SELECT number FROM tenant WHERE digest = ?", (digest,))
            if rows:
                number = rows[0][0]
            else:
                self._newest += 1
                number = self._newest
            tenant = Tenant(self.store, number, digest, self.rules)
            restore(tenant)
            self._by_digest[digest] = tenant
            return tenant

    def recover(self) -> None:
        """Make every tenant's memory again from the store, where the store lost what memory holds."""
        with self.lock:
            if self.store.is_lost:
                for tenant in self._by_digest.values():
                    restore(tenant)
                self.store.recovered()

    def ring(self) -> None:
        """Wake everyone who listens to any tenant: the server is closing."""
        for tenant in list(self._by_digest.values()):
            tenant.bell.ring()

    def _digest(self, token: bytes) -> bytes:
        return blake2b(token, digest_size=16, key=self.store.salt).digest()
