"""What the detail panes show, built from a Trace for a width: lines, no widget. Pure but for the painter's records."""
