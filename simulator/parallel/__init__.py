"""Large inputs, read by several processes side by side, with the result one process would give."""
