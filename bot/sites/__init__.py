"""One file per site, its selectors at the top; each fulfils `bot.game.Game`."""
