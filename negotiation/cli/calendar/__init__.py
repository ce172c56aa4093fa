"""Commands of the calendar: days counted with their reasons, notices that come in, due dates that go out."""
