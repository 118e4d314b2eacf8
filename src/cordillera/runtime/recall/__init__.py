"""A federation of real nodes in one process, in which everything is recalled while links are cut."""
