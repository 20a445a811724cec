"""Plans and mappings as files: read for comparing, inferred from messages, linted."""
