"""The outbox and its delivery: nothing lost, nothing twice."""
