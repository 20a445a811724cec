"""What ``stitch`` shows: one module a format. All of them read a finished :class:`~simulator.stitching.Stitching`."""
