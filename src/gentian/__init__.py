"""Gentian: one person's record in, an individual and explained ALPS plan out."""

__version__ = "0.1.0"
