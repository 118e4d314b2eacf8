"""What a person may ask of the node: access, correction, redress (LED 12-17, Convention 108+ art. 9)."""
