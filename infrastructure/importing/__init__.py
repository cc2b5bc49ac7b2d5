"""Reads plans, parties and reference data from files, and appends them in one transaction."""

from infrastructure.importing.faults import Fault, Faulty, Place
from infrastructure.importing.history import Flag
from infrastructure.importing.run import Access, Imported, ImportedPlan, import_path

__all__ = [
    "Access",
    "Fault",
    "Faulty",
    "Flag",
    "Imported",
    "ImportedPlan",
    "Place",
    "import_path",
]
