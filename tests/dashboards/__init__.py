"""Figures: what they say about answers, what stands in their place where there is nothing to say, and their pages."""
