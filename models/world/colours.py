"""Colours that paint, signs and walls share; sRGB in [0, 1]."""

WHITE, YELLOW, BLACK, RED = (0.93, 0.93, 0.9), (0.93, 0.73, 0.13), (0.1, 0.1, 0.1), (0.75, 0.1, 0.1)
GREEN, BLUE, BROWN, ORANGE = (
    (0.0, 0.4, 0.25),
    (0.05, 0.25, 0.6),
    (0.4, 0.25, 0.12),
    (0.9, 0.45, 0.1),
)
GREY = (0.55, 0.55, 0.55)
