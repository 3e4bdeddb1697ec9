"""Channels, one file each: how an invitation reaches a person. A new file here is a new channel to choose."""
