"""Files of visits become claim columns: FHIR R4 bundles and CSV.

A *visit* is what was done for a patient on some days and what it costs: one claim row with its lines, diagnoses and
other payers. A record that cannot be used is *skipped*, with its place and a reason that holds no value; the rest
goes in.
`claim_number` and `line_control_number` stay null: they are ours to give. `source_id` is the sender's own number.
"""
