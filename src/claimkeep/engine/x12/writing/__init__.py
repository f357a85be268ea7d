"""Tables -> transaction sets, for every set a biller or a payer sends beside the claim.

`sending` is the envelope and the last look before anything leaves; `outline` makes levels (HL) of flat rows; the other
modules each write one table. All are asked the same way: `write(table, *, sender, receiver, when, control_numbers)`.
"""
