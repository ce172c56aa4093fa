"""The law and the nouns of the office, pure: neither clock nor database nor network; time is an argument."""
