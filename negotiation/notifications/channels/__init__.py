"""The ways by which messages leave: SMTP, or a folder of files."""
