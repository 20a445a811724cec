"""What ``stitch`` shows: one module a format. All read a finished :class:`~simulator.stitching.stitch.Stitching`."""
