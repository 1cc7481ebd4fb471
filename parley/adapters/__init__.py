"""Each file here translates one outside system to inputs and from commands."""
