"""HTTP: ``POST /event``, and everything under ``/_fake/`` that asks about what came."""
