"""The groups of the answers to carriers: CONTRL (ISO 9735-4:2002) and CUSRES (UN/EDIFACT D.12B and later).

CUSRES of older directories lets ERP come 99 times, too few for one aircraft; answers are written as D.12B.

>>> [group.trigger for group in CONTRL.groups], [group.trigger for group in CUSRES.groups][:3]
(['UCM', 'UCF'], ['NAD', 'RFF', 'ERP'])
"""

from cordillera.engines.edifact.grammar import parse

_REPORTED = "SG{}*999999(UCM! SG{}*999(UCS! UCD99))"
CONTRL = parse(f"UNH! UCI! {_REPORTED.format(1, 2)} SG3*999999(UCF! {_REPORTED.format(4, 5)}) UNT!")
CUSRES_VERSION = ("D", "12B", "UN")
_PARTY = "SG{}*{}(NAD! SG{}*9(CTA! COM9))"
_GOODS = (
    f"SG6*99999(DOC! PAC9 RFF9 PCI9 FTX99 TDT9 LOC9 DTM9 GEI99 MEA99 EQD999 {_PARTY.format(7, 9, 8)} "
    "SG9*99(MOA! SG10*9(CUX! DTM)) SG11*99(TAX! MOA99 GEI99) "
    "SG12*9999(CST! FTX9 SG13*99999(TAX! MOA99 GEI99 MEA9 RFF9)) SG14*9999(ERP! RFF9 ERC9999 FTX9))"
)
CUSRES = parse(
    f"UNH! BGM! DTM9 FTX99 TDT9 LOC99 GEI10 EQD999 {_PARTY.format(1, 99, 2)} SG3*999(RFF! DTM9 LOC9) "
    f"SG4*99999(ERP! RFF9 ERC99 FTX99) SG5*99(TAX! MOA99 GEI99) {_GOODS} CNT9 SG15*9(AUT! DTM9) UNT!"
)
