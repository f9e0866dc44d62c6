"""Geography and models; knows no wire and no game."""
