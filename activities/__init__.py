"""What workflows may ask the world to do, one effect each."""
