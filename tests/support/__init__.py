"""What several tests stand on: partners that answer from a script, faults included."""
