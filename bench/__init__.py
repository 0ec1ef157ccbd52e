"""Speed and memory, measured against the sandbox platform: `make bench`, or `python -m bench --help`.

The command starts the sandbox and the scratch databases; every row of the table is measured in a process of
its own (`bench.measuring`), so that no row warms up or burdens another.
"""
