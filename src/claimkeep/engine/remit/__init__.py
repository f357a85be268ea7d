"""What a remittance means: does it balance, whose claims are these, what does it do to the books, what came out.

A *claim payment* is one CLP, a *service payment* one SVC, an *adjustment* one triplet of a CAS, a *provider adjustment*
one pair of a PLB. A remittance that does not balance is quarantined whole; what cannot be matched goes to suspense.
"""
