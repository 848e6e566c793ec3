"""The marketplace as a whole: state, settings, faults, HTTP serving."""
