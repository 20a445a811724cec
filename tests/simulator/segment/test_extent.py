"""How far the reading of files has come."""

import gzip
import os

from simulator.segment.blocks import read_blocks
from simulator.segment.extent import extent_of
from simulator.segment.reading import read_messages

LINES = b"".join(b'{"type": "track", "messageId": "m%06d"}\n' % number for number in range(20_000))


def test_it_grows_to_the_size_of_the_files(tmp_path):
    """Bytes as they lie on the disk, of a packed file too, however the files are read."""
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes(LINES)
    packed.write_bytes(gzip.compress(LINES))
    paths = [str(plain), str(packed)]
    for read in (read_messages, read_blocks):
        extent = extent_of(paths)
        seen = [extent.read for _ in read(paths, extent=extent)]
        assert extent.total == plain.stat().st_size + packed.stat().st_size
        assert seen == sorted(seen)
        assert len(set(seen)) > 1
        assert extent.read == extent.total


def test_a_file_that_grows_meanwhile_is_read_to_no_more_than_its_end(tmp_path):
    """A bar does not run beyond its end."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES)
    extent = extent_of([str(path)])
    with path.open("ab") as file:
        file.write(LINES)
    assert len(list(read_messages([str(path)], extent=extent))) == 40_000
    assert extent.read == extent.total == len(LINES)


def test_there_is_none_where_no_end_is_known(tmp_path):
    """A file that is not there, a folder, a device."""
    assert [extent_of([str(path)]) for path in (tmp_path / "none", tmp_path, os.devnull)] == [None, None, None]
