"""Private look-up of exact keys by VOPRF (RFC 9497), where an agreement allows it."""
