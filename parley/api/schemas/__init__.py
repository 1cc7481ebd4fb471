"""What travels over the wire, one module a noun. Times are RFC 3339 UTC outside, unix seconds inside."""
