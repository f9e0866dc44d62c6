"""Owns the contract, the inference server, the arena."""
