"""A clearinghouse and three payers to practise on, and the visits to practise with.

Visits: FHIR R4 bundles of visibly synthetic patients, some with planted faults. Clearinghouse: an SFTP server whose
`in` takes 837 files and whose `out` offers TA1, 999, 277CA and 835. It is the other side of the wire: it shares no
writing code with the product, and is reached through SFTP and the files alone. Misbehaviour: what real payers do
wrong, on request and by seed. Only the demo, drills and tests use this package.
"""
