"""What operators ask and do: status, diagnosis, subscriptions, pruning."""
