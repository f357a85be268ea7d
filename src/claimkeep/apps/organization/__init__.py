"""The practice and those it works with: billing providers, providers, facilities, payers, the clearinghouse."""
