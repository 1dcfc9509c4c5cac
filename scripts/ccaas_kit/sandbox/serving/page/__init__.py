"""The page at `/` of a running sandbox: what it shows, and the files that a browser loads."""
