"""Those who play: sites, capture, the agent, its record."""
