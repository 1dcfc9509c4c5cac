# Written by `make build` from openapi/. Do not edit.
"""The ServiceNow APIs for contact centres, as typed Python."""
