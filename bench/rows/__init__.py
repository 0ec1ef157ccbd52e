"""The rows of the table: each module measures one and has `measure(bench)`, which yields its lines."""

from types import MappingProxyType

ROWS = MappingProxyType(
    {
        1: "bench.rows.first_listing",
        2: "bench.rows.repeated_listing",
        3: "bench.rows.slow_network",
        4: "bench.rows.memory",
        6: "bench.rows.embeds",
    }
)
"""The module of each row, by its number among the budgets in `docs/explanation/benchmarks.md`."""
