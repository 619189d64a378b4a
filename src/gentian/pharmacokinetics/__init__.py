"""Levels in, a forecast out: models as data, their numerics, and the consult (docs/pharmacokinetics.md).

The only room with numpy; nothing else loads it unless a person has levels.
"""
