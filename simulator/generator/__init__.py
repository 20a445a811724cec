"""People, devices and journeys: Segment traffic one would take for production's, the same bytes for the same seed."""

from simulator.generator.generating import generate, messages

__all__ = ["generate", "messages"]
