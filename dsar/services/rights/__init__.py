"""Each right done properly: decided, approved, carried out, proved."""
