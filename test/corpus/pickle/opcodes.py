"""Pickles put together by hand, for the opcodes that no Pickler of today writes."""

import struct


def text_opcodes():
    """Protocol 0 and 1 as an older Python spells them, with the opcodes that no Pickler writes."""
    return b"".join([
        b"(l", b"I01\na", b"I00\na", b"I-7\na", b"L12345678901234567890L\na", b"F1.5\na", b"S'caf\\xe9 \\'q\\''\na",
        b'S"double \\n"\na', b"Vuni\\u00e9\\U0001f33c\na", b"Na", b"]I1\naa", b"(dS'k'\nI1\nsa", b"(I1\nI2\nta", b")a", b"}a",
        b"p7\n", b"g7\n0", b".",
    ])


def stack_opcodes():
    """DUP, POP, POP_MARK, LONG4, BINUNICODE8, BINBYTES8, BYTEARRAY8, PUT and GET in every width, frames, OBJ, INST."""
    text, data = u"\u00e9!".encode("utf-8"), b"raw"
    frame = b"](K\x01K\x02K\x03e0]"  # a list, popped away again, then another
    parts = [
        b"\x80\x05\x95" + struct.pack("<Q", len(frame)) + frame,
        b"K\x010",
        b"(K\x01K\x021",
        b"(",
        b"K\x092",
        b"\x8b" + struct.pack("<i", 3) + b"\x01\x02\x83",
        b"\x8a\x00",
        b"\x8d" + struct.pack("<Q", len(text)) + text,
        b"\x8e" + struct.pack("<Q", len(data)) + data,
        b"\x96" + struct.pack("<Q", len(data)) + data,
        b"q\x01h\x01",
        b"r\x00\x01\x00\x00j\x00\x01\x00\x00",
        b"p70000\ng70000\n",
        b"\x94",
        b"e.",
    ]
    return b"".join(parts)
