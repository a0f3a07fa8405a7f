"""One construct a noun.

Each is a plain class or function that puts low-level (L1) resources straight into the stack it is given: a resource's
id in the template is then its id here, without a hash, so that templates read well, diff well and can be rewritten.
"""
