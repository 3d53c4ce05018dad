"""Backups: one file that holds every row, taken while the server runs, and brought back into either database."""
