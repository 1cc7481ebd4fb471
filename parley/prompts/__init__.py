"""What callers hear from the system itself: the catalogue of texts, and the sound made of them."""
