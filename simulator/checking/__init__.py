"""The contract check of every stage, and what becomes of its findings: grouped, compared with a baseline, redacted."""
