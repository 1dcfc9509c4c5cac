"""What a target shows before it is judged: reachability, login, roles, ids that exist."""
