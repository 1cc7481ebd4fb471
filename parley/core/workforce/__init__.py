"""How many agents are needed, and what customers will feel: formulas and plans, no clock, no I/O."""
