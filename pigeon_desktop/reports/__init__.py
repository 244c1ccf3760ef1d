"""Reports: predictions written down, one module a format. An interrupted one is whole; all but the PDF stream."""
