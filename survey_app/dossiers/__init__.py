"""Dossiers from the files that one-stop systems export, into the record."""
