"""What is wrong with the checking itself, and not with the data."""


class ValidationFailure(Exception):
    """Nothing can be said of the data: a shape or rule is wrong, something is missing, or a validator failed."""
