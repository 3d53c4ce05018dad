"""Tables that somebody fills in or exports: CSV and workbooks read the same way, whatever their rows are."""
