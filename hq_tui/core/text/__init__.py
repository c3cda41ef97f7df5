"""Plain work on texts: what is safe to show, where code stands, what differs, what is found."""
