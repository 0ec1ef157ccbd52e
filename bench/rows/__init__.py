"""The rows of the table: each module measures one and has `measure(bench)`, which yields its lines."""

from types import MappingProxyType

ROWS = MappingProxyType(
    {
        "1": "bench.rows.first_listing",
        "2": "bench.rows.repeated_listing",
        "3": "bench.rows.slow_network",
        "4": "bench.rows.memory",
        "5": "bench.rows.pingbacks",
        "6": "bench.rows.embeds",
        "7": "bench.rows.picker",
        "version2": "bench.rows.version2",
        "growth": "bench.rows.growth",
    }
)
"""The module of each row, by its number among the budgets in `docs/explanation/benchmarks.md`."""

ON_REQUEST = frozenset({"growth"})
"""Rows that take so long that they are measured only when named."""

WITH_TABLES_OF_OTHERS = frozenset({"7"})
"""Rows that leave behind what the others could not empty: each has a database of its own."""
