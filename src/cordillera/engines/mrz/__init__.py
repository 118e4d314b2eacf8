"""Machine readable zones of travel documents (ICAO Doc 9303): check, read, transliterate, write."""

from cordillera.engines.mrz.model import MrzFormat, MrzReading
from cordillera.engines.mrz.parse import parse
from cordillera.engines.mrz.transliteration import mrz_name, mrz_variants
from cordillera.engines.mrz.write import Person, write_td3

__all__ = ["MrzFormat", "MrzReading", "Person", "mrz_name", "mrz_variants", "parse", "write_td3"]
