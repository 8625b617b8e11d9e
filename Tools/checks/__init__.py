"""The checks of Tools/check, one module a topic; each declares a `CHECK` (see house.py)."""
