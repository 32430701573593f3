"""Arithmetic on 34 decimal digits (IEEE 754 decimal128, as DMN 10.3.2.3.1 asks)."""

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""FEEL's number context. Results outside of it trap, they never become infinity."""

NumberError = DecimalException
"""What an operation of ``CONTEXT`` raises when there is no result."""


def whole(value: Decimal) -> int | None:
    """Return ``value`` as an int if it is a whole number of moderate size."""
    if value.adjusted() > 18 or value != value.to_integral_value():
        return None
    return int(value)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return ``base ** exponent``.

    Raises:
        NumberError: There is no such number, or it is out of range.
    """
    if base.is_zero() and exponent.is_zero():
        return Decimal(1)
    return CONTEXT.power(base, exponent)


def number_text(value: Decimal) -> str:
    """Return ``value`` as FEEL writes it: no exponent, no trailing zeros after the point."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
