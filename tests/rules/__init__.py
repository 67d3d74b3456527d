"""The rules of goals: their numbers, working days, who may see them, and the negotiation."""
