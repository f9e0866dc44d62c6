"""Real imagery into packs: `folder` or `table` find it, `pictures` bring it into one form."""
