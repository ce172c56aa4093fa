"""The state machine of a case: one function through which an act or the clock changes its state."""
