"""People, devices and journeys: Segment traffic one would take for production's, the same bytes for the same seed."""

from simulator.generator.generating import PEOPLE, Plan, catalogue, generate, plan
from simulator.generator.imperfections import Spoiled

__all__ = ["PEOPLE", "Plan", "Spoiled", "catalogue", "generate", "plan"]
