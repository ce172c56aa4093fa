"""Proof of the record: seals that are kept outside the database, and the verification of all that is in it."""
