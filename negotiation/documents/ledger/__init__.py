"""The office's ledger as a spreadsheet, in and out."""
