"""The clock and the delivery of the outbox."""
