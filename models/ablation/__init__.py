"""What each component of PIGEON is worth: the whole system beside itself without one of them."""
