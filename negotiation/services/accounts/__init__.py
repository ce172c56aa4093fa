"""Accounts: who may sign in, what each may do, and how they prove who they are: passwords, sessions, tokens.

Instants are arguments. What a browser or a program holds is written nowhere: of it the database keeps the SHA-256, of
a password the argon2id hash. What hashes takes the database, not a transaction, and hashes while none is open. Every
refusal is a sentence.
"""
