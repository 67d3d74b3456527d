"""What people read: forms, messages and words. Turns read models into Block Kit; does no I/O."""
