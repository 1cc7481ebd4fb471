"""What can be said of a text without asking anybody."""
