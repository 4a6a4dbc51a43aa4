"""What people, families and lawyers ask of the registry: the queue of what is open, acting on it, and its outcome."""
