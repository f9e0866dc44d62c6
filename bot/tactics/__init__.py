"""How to play a duel: which place to name, and how long to look."""
