"""The examples are projects of their own: they are run by ``tests/simulator/testing/test_example.py``."""

collect_ignore_glob = ["*/*"]
