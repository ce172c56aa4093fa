"""The one way through which a case is opened, acted on and changed."""
