# Prints `make help`: the groups (##@) and the targets with a `## text`.
BEGIN { FS = ":.*## " }
/^##@ / { printf "%s\n", substr($0, 5) }
/^[a-z-]+:.*## / { printf "  %-16s %s\n", $1, $2 }
