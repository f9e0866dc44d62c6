"""What was played, for later analysis: guesses, truths and timings."""
