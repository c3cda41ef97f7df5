"""The process around the app: signals, shutdown, watchdog, crash reports, late imports."""
