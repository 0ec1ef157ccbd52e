"""Who may work now: leases, pauses, runs, the clock that counts, connections, and which site answers."""
