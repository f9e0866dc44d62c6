"""How good guesses are: figures with intervals, groups, calibration, leaks, published results."""
