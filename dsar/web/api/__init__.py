"""The API: JSON for programs. A key in a header, no cookies, nothing that names a person."""
