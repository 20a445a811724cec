"""What projects test with: the pytest plugin, its fixtures, its assertions, and the collector of ``*.contract.json``."""
