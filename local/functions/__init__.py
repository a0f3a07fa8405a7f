"""The deployed functions' real handlers, run in worker processes of this machine as Lambda would run them."""
