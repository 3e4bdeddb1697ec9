"""placeholder"""


def make(demo): ...
