# Prints `make help`: the targets with a `## text`.
BEGIN { FS = ":.*## " }
/^[a-z-]+:.*## / { printf "  %-16s %s\n", $1, $2 }
