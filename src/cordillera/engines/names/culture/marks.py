"""Marks at the end of a normalised word that tell how it was written; no letter, so no word has them itself.

>>> "mueller~".rstrip(MARKS)
'mueller'
"""

from typing import Final

CUT: Final = "~"  # a machine-readable line may have cut the word
VOWELLESS: Final = "_"  # from a script that leaves out short vowels
MARKS: Final = CUT + VOWELLESS
