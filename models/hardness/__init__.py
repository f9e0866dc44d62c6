"""How hard the rendered world is: what chance, oracles and simple features score on it."""
