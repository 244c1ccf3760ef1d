"""Reports: predictions written down, one module a format. Each streams, so an interrupted one is whole."""
