"""Formats of other tools, one file each. A new file here is a new format to read, and to write where it can."""

from ....analysis.registry import modules, take_in
from ....errors import N_
from ..assembling import Imported, assemble
from ..native import LARGEST, ExchangeError, load
from ..sketch import Source
from .base import Format

FORMATS: dict[str, Format] = {}
LARGEST_FOREIGN = 8 * LARGEST
"""Files of other tools carry much that is not the questionnaire."""

for _name in modules(__path__, __name__):
    take_in(_name, Format, FORMATS, lambda kind: kind())


def read(source: Source) -> Imported:
    """The questionnaire of a file in whatever format it is, with the report on what came over.

    Raises ExchangeError where no format knows the file, or where it is broken.
    """
    if len(source.data) > LARGEST_FOREIGN:
        raise ExchangeError(N_("The file is larger than %(max)s kB."), max=LARGEST_FOREIGN // 1024)
    for one in FORMATS.values():
        if one.recognises(source):
            return assemble(one.read(source), one.translate, one.pipe)
    return Imported(load(source.data), ())
