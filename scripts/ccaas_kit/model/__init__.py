"""The contract as the runner asks it: operations, schemas, pools of ids, exchanges."""
