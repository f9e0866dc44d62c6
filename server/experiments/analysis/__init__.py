"""What a study's data say, each with its assumption. Knows no store and no wire."""
