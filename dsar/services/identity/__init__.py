"""Who is asking: what is known, what may be asked, what was decided."""
