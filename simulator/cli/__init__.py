"""The command line: one module a command, thin. Results on standard output, everything else on standard error."""
