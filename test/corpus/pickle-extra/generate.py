"""Compressed streams in the variants their formats allow, all of the same contents; see README.md.

Run by hand with Python 3.11, lz4 4.4.5 and the xz command 5.4.1: python generate.py
"""

import bz2
import lzma
import os
import struct
import subprocess

import lz4.frame

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files")


def contents():
    """Random bytes, words, runs of every length, counters, zeros; .src/model/formats/pickle/container/contents.test.ts makes the same."""
    state = 1

    def draw():
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return state >> 16

    out = bytearray(draw() & 255 for _ in range(3000))
    words = [b"petal", b"sepal", b"width", b"length", b"iris", b"\xff\xfe", b"a"]
    for _ in range(20000):
        out += words[draw() % len(words)] + b" "
    for length in list(range(1, 12)) + [254, 255, 256, 257, 258, 259, 260, 261, 517, 1031]:
        out += bytes([length & 255]) * length + b"|"
    for number in range(4000):
        out += struct.pack("<I", number)
    out += bytes(70000)
    return bytes(out)


DATA = contents()
HALF = len(DATA) // 2
SHORT = DATA[:20000] + DATA[-70000:]


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def lzma2(**options):
    return [dict(id=lzma.FILTER_LZMA2, **options)]


def xz():
    for name, check in (("none", lzma.CHECK_NONE), ("crc32", lzma.CHECK_CRC32), ("crc64", lzma.CHECK_CRC64), ("sha256", lzma.CHECK_SHA256)):
        write("check-%s.xz" % name, lzma.compress(DATA, lzma.FORMAT_XZ, check))
    write("literals.xz", lzma.compress(DATA, lzma.FORMAT_XZ, filters=lzma2(preset=6, lc=0, lp=4, pb=0)))
    write("positions.xz", lzma.compress(DATA, lzma.FORMAT_XZ, filters=lzma2(preset=0, lc=4, lp=0, pb=4)))
    write("small-dictionary.xz", lzma.compress(DATA, lzma.FORMAT_XZ, filters=lzma2(preset=6, dict_size=4096)))
    padded = lzma.compress(DATA[:HALF]) + bytes(8) + lzma.compress(b"") + lzma.compress(DATA[HALF:])
    write("streams.xz", padded + bytes(4))
    blocks = subprocess.run(["xz", "--block-size=40000", "--stdout"], input=DATA, stdout=subprocess.PIPE, check=True)
    write("blocks.xz", blocks.stdout)
    delta = [dict(id=lzma.FILTER_DELTA, dist=4)] + lzma2(preset=6)
    write("delta.xz", lzma.compress(DATA[:2000], lzma.FORMAT_XZ, filters=delta))
    write("empty.xz", lzma.compress(b""))
    write("bomb.xz", lzma.compress(b"\x80\x02" + bytes(2**27), lzma.FORMAT_XZ, lzma.CHECK_NONE, preset=1))


def alone():
    write("default.lzma", lzma.compress(DATA, lzma.FORMAT_ALONE))
    for name, options in (("literals", dict(lc=0, lp=4, pb=0)), ("context", dict(lc=8, lp=0, pb=4))):
        try:
            packed = lzma.compress(DATA, lzma.FORMAT_ALONE, filters=[dict(id=lzma.FILTER_LZMA1, **options)])
        except lzma.LZMAError:
            packed = lzma.compress(DATA, lzma.FORMAT_ALONE, filters=[dict(id=lzma.FILTER_LZMA1, lc=4, lp=0, pb=4)])
        write("%s.lzma" % name, packed)
    write("empty.lzma", lzma.compress(b"", lzma.FORMAT_ALONE))
    write("bomb.lzma", lzma.compress(b"\x80\x02" + bytes(2**27), lzma.FORMAT_ALONE, preset=1))


def bzip2():
    write("level-1.bz2", bz2.compress(DATA, 1))
    write("level-9.bz2", bz2.compress(DATA, 9))
    write("streams.bz2", bz2.compress(DATA[:HALF], 1) + bz2.compress(b"") + bz2.compress(DATA[HALF:]))
    write("padded.bz2", bz2.compress(DATA) + b"padding")
    write("empty.bz2", bz2.compress(b""))
    write("one.bz2", bz2.compress(b"x"))


def lz4_frames():
    for name, options in (
        ("default", {}),
        ("checksums", dict(content_checksum=True, block_checksum=True)),
        ("independent", dict(block_linked=False, block_size=lz4.frame.BLOCKSIZE_MAX64KB)),
        ("unsized", dict(store_size=False)),
        ("high", dict(compression_level=12)),
        ("fast", dict(compression_level=-50)),
    ):
        write(name + ".lz4", lz4.frame.compress(SHORT, **options))
    skippable = struct.pack("<II", 0x184D2A53, 5) + b"skip!"
    write("frames.lz4", lz4.frame.compress(SHORT[:30000]) + skippable + lz4.frame.compress(SHORT[30000:]))
    write("random.lz4", lz4.frame.compress(DATA[:3000]))
    write("empty.lz4", lz4.frame.compress(b""))


for make in (xz, alone, bzip2, lz4_frames):
    make()
