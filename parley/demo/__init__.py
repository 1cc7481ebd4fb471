"""A company to try Parley with: 明远家电 / Mingyuan Home sells appliances and delivers them."""
