"""Where the bytes of attachments and recordings lie."""
