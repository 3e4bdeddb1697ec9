"""What happens when processes are killed, stopped, doubled or kept waiting: real processes, both databases."""
