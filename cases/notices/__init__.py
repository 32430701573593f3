"""What people are told of outside Kedja: letters, the digest of the day, the calendar.

No letter says which ärende, whom it is about or where: it says how much there is, and where to
log in. Act, news, letter: the act writes what happened (``Nyhet``, by triggers, in its own
transaction), the worker makes letters of it (``spreading``, ``digests``) and sends them
(``sending``), each at most once.
"""
