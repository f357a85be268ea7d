"""What was done and charged: the visit, its diagnoses, its charge lines."""
