"""The code keeps its shape: each figure is at most what it was, and whoever brings one down lowers its ceiling
in `shape.py`."""

import pytest

from tests.repo.shape import Figure, figures

FIGURES = figures()


@pytest.mark.parametrize("figure", FIGURES, ids=[each.name for each in FIGURES])
def test_no_figure_of_the_shape_rises(figure: Figure) -> None:
    found = f"{figure.name}: {len(figure.places)}, and {figure.ceiling} at most; they are:"
    assert not figure.is_above, "\n  ".join([found, *figure.places])
