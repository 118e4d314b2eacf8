"""How information is marked and what a receiver may do with it: the lattice of handling codes."""
