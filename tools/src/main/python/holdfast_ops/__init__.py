"""What tools/openmldb_ops.py is made of. Needs Python 3.8 and nothing but its standard library."""
