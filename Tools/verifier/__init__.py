"""The parts of Tools/verify.py, which shares no code with the programs: written from Protocol/ alone."""
