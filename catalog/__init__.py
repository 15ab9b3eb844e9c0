"""What we know about tools, bodies and sore spots. Pure Python: no web, no database, no clock."""
