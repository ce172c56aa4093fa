"""Files that come with an act: what they are, and whether they may be kept."""
