"""What a picture tells of its place, from the setting to what is to be drawn: a file each.

`crops`, `flora` and `fittings` are parts of `vegetation` and `architecture`.
"""
