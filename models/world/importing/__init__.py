"""Real imagery into packs: `folder` to `osv5m` find it, `pictures` bring it into one form."""
