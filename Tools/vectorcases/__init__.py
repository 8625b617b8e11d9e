"""The cases of Protocol/vectors, one module per topic; Tools/vectors.py writes them."""
