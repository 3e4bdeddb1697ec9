"""The opinion desk: labelling, accuracy, search."""
