"""What can go wrong with a store, whichever it is. Each keeps its cause; none is shown to a client as it stands.

StoreFault
  StoreUnavailable   out of reach, slow or overloaded: nothing is wrong with the request, try it again
    StoreBusy        other changes of the same things kept coming first, beyond the bounded retries
    ProviderAway     a provider of payments, of whom nobody knows now whether it did what it was asked
  StoreRefused       it understood and said no: a missing table or grant, or a mistake of ours; trying again is vain
    LetterRefused    SES will not take this very letter, to this very address
  StoreUnreadable    what it holds is not what we write
"""


class StoreFault(Exception):
    """A store did not do its part; ``store`` names it."""

    def __init__(self, store: str, message: str) -> None:
        self.store = store
        super().__init__(f"{store}: {message}")


class StoreUnavailable(StoreFault):
    """Out of reach, slow or overloaded. Retryable; a write may or may not have happened."""


class StoreBusy(StoreUnavailable):
    """Conflicts did not end within the bounded retries. Retryable; nothing was written."""


class ProviderAway(StoreUnavailable):
    """A provider of payments gives no answer. Retryable with the same key, by which it happens once."""


class StoreRefused(StoreFault):
    """It understood the request and refused it. Not retryable; nothing was written."""


class LetterRefused(StoreRefused):
    """SES will never take the letter as it is, to where it goes. The message is SES's code alone."""


class StoreUnreadable(StoreFault):
    """A stored document cannot be read as what it should be. Not retryable."""
