"""Reasoning about JSON Schemas: is there an instance these schemas accept and those refuse? Pure.

:class:`~contracts.reasoning.solver.Solver` answers with an instance, with "there is none", or with "cannot tell".
"There is none" is a proof: every way to build an instance was tried and closed. An instance is a suggestion, which the
caller confirms with a real validator before it believes it.
"""
