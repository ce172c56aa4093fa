"""The catalogue of resources as a spreadsheet, in and out."""
