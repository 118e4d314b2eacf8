"""Cordillera: a node for cross-border security cooperation in which the law is in the code."""
