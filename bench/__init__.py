"""Speed, measured beside a peer or a limit. Nothing here is a test: no number makes anything fail."""
