"""Signing in by a province's own sign-in (OpenID Connect). An account of ours exists first, and roles stay ours."""
