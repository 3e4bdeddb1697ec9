"""Tests of improving."""
