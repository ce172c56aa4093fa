"""From the text of the files to values: one module for each part of a file."""
