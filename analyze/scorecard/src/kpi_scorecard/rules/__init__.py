"""The file of rules: what it may say (`model`), how it is read (`nodes`, `reading`) and held against the marts (`checking`)."""
