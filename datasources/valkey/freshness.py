"""How old what a shopper reads can be: every bound in one place. Staff read the store itself.

While the table's stream works, nothing is older than five seconds: products are refreshed by it within a second or so,
all else is not served beyond that age. When the stream stands still, a product is at most PRODUCT_SECONDS old. With
the cache out of reach nothing is stale at all.
"""

from typing import Final

PRODUCT_SECONDS: Final = 60.0
"""The life of a product document, and of the way from a slug to it, which the document itself confirms. Only a broken
stream makes it felt, and its alarm takes about a minute too."""

MISSING_SECONDS: Final = 2.0
"""How long "there is no such thing" is remembered: long enough that asking for nothing costs nothing, short enough
that a thing read just before it was made is seen well within five seconds."""

FRESH_SECONDS: Final = 2.0
"""Pages, categories and collections are read anew after this, by one caller, while the others are served what
there is: so each costs the store at most one read in two seconds, however many ask."""

NEAR_SECONDS: Final = 1.0
"""How long a process serves what it has just read without asking the cache again."""

SEEN_SECONDS: Final = 4.0
"""Nothing older than this is taken from the cache, refresh or not. With NEAR_SECONDS on top it makes the promise to a
shopper, and to staff who look at the shop: five seconds."""

LOCK_SECONDS: Final = 1.0
"""After this another caller may load: a read of the store takes 10 ms, and a function that dies frees no lock."""

WAIT_SECONDS: Final = 1.0
"""A caller without anything to show waits so long for another's load, as long as a lock lives, then loads itself."""
