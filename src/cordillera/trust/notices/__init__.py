"""Spontaneous notices, sealed until their conditions are accepted (PCSC 11)."""
