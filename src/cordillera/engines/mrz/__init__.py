"""Machine readable zones of travel documents (ICAO Doc 9303): check, read, repair, transliterate, write."""

from cordillera.engines.mrz.layouts import MrzFormat
from cordillera.engines.mrz.model import MrzReading, Repair, Verdict
from cordillera.engines.mrz.names import names_agree, read_names
from cordillera.engines.mrz.parse import parse
from cordillera.engines.mrz.transliteration import mrz_name, mrz_variants
from cordillera.engines.mrz.write import Document, write_zone

__all__ = [
    "Document",
    "MrzFormat",
    "MrzReading",
    "Repair",
    "Verdict",
    "mrz_name",
    "mrz_variants",
    "names_agree",
    "parse",
    "read_names",
    "write_zone",
]
