"""Calls: Asterisk over ARI, and its twin in memory."""
