"""Agreement-as-code: terms, compiler to policy, decisions with article ids (docs/agreements.md)."""
