"""Templates of mails, pages, letters and reports; a package so that they travel in the wheel."""
