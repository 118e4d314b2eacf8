"""The transparency log: what the node did, in leaves of salted commitments under signed checkpoints."""
