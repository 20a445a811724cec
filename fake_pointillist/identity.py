"""Identity: claims and attribution (being written; the records are in :mod:`fake_pointillist.attribution`)."""

from __future__ import annotations

from fake_pointillist.attribution import ActorIds, Added, Attribution, Claim, IdEvent, IdWarning, Move, Options

__all__ = ["ActorIds", "Added", "Attribution", "Claim", "IdEvent", "IdWarning", "Move", "Options"]
