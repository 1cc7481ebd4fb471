"""Models that hear, speak and understand; each is optional and runs outside the event loop."""
