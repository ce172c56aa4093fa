"""Files that come with an act: their types, and the refusal of those that may not be stored."""
