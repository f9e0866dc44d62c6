"""`homing doctor`: what is installed, what is wrong, and how to mend it."""
