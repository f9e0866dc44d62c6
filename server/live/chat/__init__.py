"""Viewers of a stream guess along, by what they write into its chat."""
