"""Years for which ended cases are kept before they are reviewed, and the bounds of what a rulebook may say."""

KEEP_YEARS = 30  # office rule, where a rulebook says nothing: the longer of the two periods of 国家档案局令第8号
KEPT_AT_MOST = range(1, 201)
