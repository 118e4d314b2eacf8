"""The second legal step after a confirmed hit: requests and answers with caveats (PCSC 6)."""
