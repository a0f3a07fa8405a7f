"""What may keep the system from running, said in one sentence."""


class CannotRun(Exception):
    """The start ends here: the message is one clear line for the person at the keyboard."""
