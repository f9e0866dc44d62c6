"""Plays at a person's pace: when to guess, how the pin gets there. For blind studies."""
