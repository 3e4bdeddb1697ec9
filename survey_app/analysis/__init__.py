"""Numbers and text: pure functions over columns. Imports nothing of ours outside this package."""
