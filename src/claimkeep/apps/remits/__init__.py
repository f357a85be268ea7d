"""What payers answer in money: remittances received, judged by their equations, matched, posted or set apart.

What does not balance or match is quarantined with the equation shown; nothing is repaired.
"""
