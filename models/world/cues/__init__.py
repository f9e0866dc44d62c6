"""What a picture tells of its place: a file each, from the setting to what is to be drawn."""
