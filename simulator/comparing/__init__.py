"""Differences: golden fixtures against what comes out, one mapping, contract or file of events against another."""
