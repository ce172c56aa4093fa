"""The use cases of pages, programs and commands: a transaction in, a result out; who may do what, and what follows."""
