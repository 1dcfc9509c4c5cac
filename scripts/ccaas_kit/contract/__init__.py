"""Documents, operations, clauses, schemas and exchanges: what every other room reads. Imports none of them."""
