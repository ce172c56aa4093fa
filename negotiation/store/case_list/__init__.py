"""The list of cases: what is wanted of it, a page at a time by keyset, and the counts beside it."""
