"""Scripts that keep the project in order. Nothing in hq_tui imports them."""
