"""The refusal that every reader of arrangements shares."""

QUOTED = 60


class Unreadable(ValueError):
    """A text that cannot be read with certainty: nothing of it is taken.

    why: the reason; sentence: the place that was refused, as it was given; line: its line there, from 1.
    """

    def __init__(self, why: str, sentence: str = "", line: int = 1) -> None:
        self.why, self.line = why, line
        self.sentence = "".join(sentence.split())[:QUOTED]
        super().__init__(f"第{line}行：“{self.sentence}”读不准：{why}" if self.sentence else f"第{line}行读不准：{why}")
