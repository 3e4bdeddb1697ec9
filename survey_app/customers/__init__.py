"""The register beside the chain: customers imported, found, changed, erased; segments, tiers, contact record."""

from .changing import change_customer, erase
from .directory import Filter, Found, Moment, blocked, facets, find, get_customer, history
from .exporting import as_csv, as_xlsx
from .fields import ATTRIBUTE, FIELDS, guess
from .importing import Problem, Report, check_mapping, import_customers, rows_of
from .uploads import MAX_BYTES, forget_uploads, import_file, keep_upload, read_upload, remove_upload

__all__ = [
    "ATTRIBUTE", "FIELDS", "MAX_BYTES", "Filter", "Found", "Moment", "Problem", "Report", "as_csv", "as_xlsx",
    "blocked", "change_customer", "check_mapping", "erase", "facets", "find", "forget_uploads", "get_customer",
    "guess", "history", "import_customers", "import_file", "keep_upload", "read_upload", "remove_upload", "rows_of",
]  # fmt: skip
