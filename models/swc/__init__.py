"""Search within Cell: a mixture over the sphere names a cell, retrieval a place inside it."""
