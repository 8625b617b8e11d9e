"""The cases of Protocol/vectors, one module per topic; Tools/vectors/write.py writes them."""
