"""One line of the table: what was measured, against what, and whether it keeps its budget."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit for one figure: the most it may be, or with `is_floor` the least."""

    limit: float
    unit: str = "x"
    is_floor: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.is_floor else '≤'} {self.limit:g}{_spaced(self.unit)}"

    def admits(self, figure: float) -> bool:
        """Return whether a figure keeps the budget."""
        return figure >= self.limit if self.is_floor else figure <= self.limit

    def describe(self, figure: float) -> str:
        """Return a figure in this budget's unit."""
        return f"{figure:.2f}".removesuffix(".00") + _spaced(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One line of the table.

    Attributes:
        work: What was done.
        database: On which database.
        value: What it took, in words; for the reader only.
        yardstick: What it is compared with, in words; "" when the budget is absolute.
        figure: What is judged: the ratio of the two, where there is a yardstick.
        budget: The limit of the figure; None for what is only told.
        unit: The unit of a figure without a budget.
    """

    work: str
    database: str
    value: str
    yardstick: str = ""
    figure: float
    budget: Budget | None
    unit: str = "x"

    @property
    def shown_figure(self) -> str:
        """The figure with its unit."""
        return self.budget.describe(self.figure) if self.budget else f"{self.figure:.2f}{_spaced(self.unit)}"

    @property
    def outcome(self) -> str:
        """Figure, budget and verdict in one line."""
        return f"{self.shown_figure} ({self.budget}: {self.verdict})" if self.budget else self.shown_figure

    @property
    def verdict(self) -> str:
        """How the figure stands to its budget, in a word."""
        if self.budget is None:
            return "-"
        return "kept" if self.is_kept else "MISSED"

    @property
    def is_kept(self) -> bool:
        """Whether the figure keeps its budget."""
        return self.budget is None or self.budget.admits(self.figure)

    def to_json(self) -> str:
        """Return the measurement as one line of JSON, with its verdict."""
        return json.dumps({**asdict(self), "is_kept": self.is_kept}, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Measurement:
        """Return the measurement that `to_json` wrote."""
        facts: dict[str, Any] = json.loads(line)
        del facts["is_kept"]
        if facts["budget"] is not None:
            facts["budget"] = Budget(**facts["budget"])
        return cls(**facts)


def _spaced(unit: str) -> str:
    return unit if unit == "x" else f" {unit}"
