"""What is where: places, climate zones, population, what countries decide."""
