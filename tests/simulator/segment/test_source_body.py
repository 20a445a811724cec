"""Bodies within limits."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.segment.source_body import BodyError, gunzip, read_body


async def in_chunks(*chunks):
    """Bytes as they arrive."""
    for chunk in chunks:
        yield chunk


def read(*chunks, encoding="", limit=100):
    """Read a body to its end."""
    return asyncio.run(read_body(b"", in_chunks(*chunks), encoding, limit, "message_too_large"))


def test_a_plain_body_is_its_chunks():
    """Chunks make one body, up to the limit and not beyond."""
    assert read(b"a" * 60, b"b" * 40) == b"a" * 60 + b"b" * 40
    with pytest.raises(BodyError) as caught:
        read(b"a" * 60, b"b" * 41)
    assert (caught.value.status, caught.value.code) == (400, "message_too_large")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " x-gzip "])
def test_gzip_is_unpacked(encoding):
    """However the header is written."""
    assert read(gzip.compress(b"hello"), encoding=encoding) == b"hello"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "rubbish"])
def test_other_encodings_are_refused(encoding):
    """Nobody sends them, and guessing would take bytes for JSON."""
    with pytest.raises(BodyError) as caught:
        read(b"x", encoding=encoding)
    assert (caught.value.status, caught.value.code) == (415, "bad_request")


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"\x1f\x8b", gzip.compress(b"hello", mtime=0)[:-9], gzip.compress(b"x", mtime=0) + b"!"]
)
def test_broken_gzip_is_a_bad_request(raw):
    """Empty, no gzip, cut short, or followed by something else."""
    with pytest.raises(BodyError) as caught:
        gunzip(raw, 100)
    assert (caught.value.status, caught.value.code) == (400, "bad_request")


@given(parts=st.lists(st.binary(max_size=200), min_size=1, max_size=5), limit=st.integers(0, 600))
def test_several_members_make_one_body(parts, limit):
    """What gzip takes, we take, exactly up to the limit."""
    raw = b"".join(map(gzip.compress, parts))
    whole = b"".join(parts)
    if len(whole) <= limit:
        assert gunzip(raw, limit) == whole
    else:
        with pytest.raises(BodyError):
            gunzip(raw, limit)


def test_a_bomb_is_never_expanded():
    """100 MB of zeros in 100 KB are refused without ever being there."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_000_000)
    bomb = b"".join(packer.compress(block) for _ in range(100)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(BodyError) as caught:
            gunzip(bomb, 512_000)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.code == "batch_too_large"
