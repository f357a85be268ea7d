"""Who pays for a patient: plans, members, subscribers."""
