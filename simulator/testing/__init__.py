"""What projects test with: the pytest plugin, its fixtures and assertions, the collector of ``*.contract.json``."""
