"""Settings and environment, as the command line finds and shows them."""
