"""What is held about a person, who else holds it, and how a change reaches them all (PCSC 14, LED 16)."""
