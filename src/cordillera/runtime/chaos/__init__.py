"""Deliberate faults: kill -9 and a hostile line, to see that nothing is lost, doubled or forked."""
