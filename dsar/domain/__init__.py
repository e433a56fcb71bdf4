"""The pure rules: standard library only, values in, values or named errors out."""
