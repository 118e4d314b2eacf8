"""The demonstration: two real nodes on this machine and one day of invented arrivals."""
