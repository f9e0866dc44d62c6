"""Areas into cells: who neighbours whom, merging what is small, splitting what is large."""
