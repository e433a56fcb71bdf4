"""Signing in and out, the first account, invitations, and one's own account."""
