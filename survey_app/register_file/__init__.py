"""The register out of tables that an office fills in: judged as a whole, shown, then taken over as it was shown."""
