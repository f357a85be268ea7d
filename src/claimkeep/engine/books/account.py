"""The chart of accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `normal` is the side that raises it; `kind` says where it stands in a report."""

    code: str
    name: str
    normal: str
    kind: str


CHART = (
    Account("ar_insurance", "Accounts receivable, insurance", "debit", "asset"),
    Account("ar_patient", "Accounts receivable, patient", "debit", "asset"),
    Account("ar_third_party", "Accounts receivable, third party", "debit", "asset"),
    Account("remit_clearing", "Remittances awaiting deposit", "debit", "asset"),
    Account("card_clearing", "Card payments awaiting deposit", "debit", "asset"),
    Account("bank", "Bank", "debit", "asset"),
    Account("withhold", "Withheld by payers, returnable", "debit", "asset"),
    Account("suspense", "Remittance cash not yet explained", "credit", "liability"),
    Account("patient_credit", "Owed to patients", "credit", "liability"),
    Account("payer_debt", "Owed to payers", "credit", "liability"),
    Account("refunds_payable", "Refunds approved, not yet paid", "credit", "liability"),
    Account("revenue_gross", "Charges at full fee", "credit", "income"),
    Account("interest_income", "Interest from payers", "credit", "income"),
    Account("incentive_income", "Bonus and incentive payments", "credit", "income"),
    Account("capitation_income", "Capitation payments", "credit", "income"),
    Account("contractual", "Contractual adjustments", "debit", "contra_income"),
    Account("charity", "Charity care", "debit", "contra_income"),
    Account("small_balance", "Small balances written off", "debit", "contra_income"),
    Account("write_off", "Controllable write-offs", "debit", "expense"),
    Account("bad_debt", "Bad debt", "debit", "expense"),
    Account("levy", "Taxes and levies withheld", "debit", "expense"),
)
"""Every account a posting may name, in the order reports show them."""

CODES = frozenset(account.code for account in CHART)
"""The codes of the chart."""

RECEIVABLE = ("ar_insurance", "ar_patient", "ar_third_party")
"""The accounts whose sum on a service line is what is still open on it."""
