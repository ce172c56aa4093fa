"""Files in and out: spreadsheets, the ledger, the catalogue, letters, the annual report, a case that leaves."""
