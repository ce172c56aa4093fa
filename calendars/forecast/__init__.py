"""The days off of a year whose notice is not published yet, as it may come."""
