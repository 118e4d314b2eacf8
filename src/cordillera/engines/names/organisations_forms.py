"""Legal forms of organisations the world over, folded to a few classes.

A form is matched as whole words at either end of a name, the longest first, after dots are taken out
(`S.A.C.` is `sac`, `Sp. z o.o.` is `sp zoo`). Two classes that differ say little: registers change, clerks
guess. A form that one side leaves out says nothing.

>>> form_at_end(("banco", "azul", "sa", "de", "cv"))
(3, 'stock')
>>> form_at_start(("ooo", "volna"))
(1, 'limited')
"""

from functools import lru_cache
from typing import Final

from cordillera.engines.names.normalise import normal_form

COMPANY: Final = "company"
"""The class of words that every company may bear: they agree with any other class."""

_FORMS: Final = {
    COMPANY: (
        "company|co|coy|comp|corporation|corp|corporacion|corporacao|compania|cia|companhia|compagnie|cie"
        "|incorporated|inc|firm|firma|enterprise|empresa|entreprise|sociedad|societe|societa|gesellschaft"
        "|vennootschap|kompaniya|компания|корпорация|kabushiki kaisha|kk|sirketi|sti|kft|cong ty|gongsi"
        "|sharikat|sherkat|shirkat|شرکت|شركة|公司|株式会社"
        "|zrt|hf|ehf|oy|oyj|ks|tic|co op inc|& co|and co|y cia"
        "|et cie|e cia|und co"
    ),
    "limited": (
        "limited|ltd|ltda|lda|limitada|limitee|ltee|co ltd|company limited|co limited|pvt ltd"
        "|private limited|pte ltd|pty ltd|pty limited|proprietary limited|pte|pvt|private ltd|llc|l l c"
        "|limited liability company|limited liability co|llp|wll|with limited liability|fze|fzc|fzco"
        "|fz llc|fze llc|dmcc|free zone establishment|free zone company|srl|sarl|sprl|bvba|bv"
        "|besloten vennootschap|besloten vennootschap met beperkte aansprakelijkheid|gmbh|mbh"
        "|gesellschaft mit beschrankter haftung|ug|ug haftungsbeschrankt|gesmbh|gmbh & co kg"
        "|gmbh and co kg|spa limitada|cia ltda|compania limitada|ltda cia|s de rl|s de rl de cv"
        "|sc de rl de cv|sociedad de responsabilidad limitada"
        "|sociedad de responsabilidad limitada de capital variable|sociedad por acciones simplificada|sas"
        "|sa s|bic|societe a responsabilite limitee|societe par actions simplifiee|sasu"
        "|societa a responsabilita limitata|srls|sociedade limitada|sociedade por quotas|eireli|ooo"
        "|общество с ограниченной ответственностью|тов|tov|тоо|too"
        "|obshchestvo s ogranichennoi otvetstvennostyu|obshchestvo s ogranichennoy otvetstvennostyu|tdv"
        "|mmc|mchj|dooel|товариство з обмеженою відповідальністю|doo|d o o"
        "|drustvo s ogranicenom odgovornoscu|sp zoo|spolka z oo|spolka z ograniczona odpowiedzialnoscia"
        "|sp z oo|sro|spol s ro|s r o|ood|eood|oü|ou|sia|uab|oy ab|aps|as limited"
        "|societatea cu raspundere limitata|shpk|sh p k|epe|etaireia periorismenis efthynis|yugen kaisha"
        "|yk|godo kaisha|sdn bhd|bhd|co pte ltd|kft|korlatolt felelossegu tarsasag|ltd sti"
        "|limited sirketi|limited sti|gie|sp|anonim limited|s en nc|tnhh|有限公司|有限责任公司|有限會社"
    ),
    "stock": (
        "sa|s a|sociedad anonima|sociedad anonima cerrada|sac|saa|sociedad anonima abierta"
        "|societe anonyme|sociedade anonima|sa de cv|s a de c v|sab de cv|sapi de cv"
        "|sa de capital variable|sociedad anonima de capital variable|sofom|sofom enr"
        "|sociedad anonima bursatil|ca|compania anonima|cxa|c por a|s en c por a|spa|societa per azioni"
        "|sociedad por acciones|ag|aktiengesellschaft|akg|kgaa|se|societas europaea|nv"
        "|naamloze vennootschap|ab|aktiebolag|asa|as|a s|aksjeselskap|aktieselskab|plc"
        "|public limited company|public company limited|pcl|pjsc|ojsc|oao|jsc|cjsc|zao|pao|ao|kao|tao"
        "|joint stock company|open joint stock company|closed joint stock company"
        "|public joint stock company|pat|prat|vat|акционерное общество|открытое акционерное общество"
        "|закрытое акционерное общество|публичное акционерное общество|aktsionernoe obshchestvo"
        "|aktsionerne tovarystvo|акціонерне товариство|ad|aktsionerno druzhestvo|dd|dionicko drustvo"
        "|spolka akcyjna|as cz|akciova spolecnost|anonim sirketi|anonim sirket|ae|anonymi etaireia|nyrt"
        "|rt|sh a|sha|sca|tbk|pt|perseroan terbatas|saog|saoc|qpsc|qsc|ksc|kscc|bsc|bscc|psc|pjs|sal"
        "|holding sal|asc|qsj|oaj|股份有限公司|주식회사|jusik hoesa"
    ),
    "sole": (
        "eirl|e i r l|empresa individual de responsabilidad limitada|empresa unipersonal|eu"
        "|sole proprietorship|ip|чп|ип|individual entrepreneur|fop|firma personal|sole trader|eurl"
        "|einzelunternehmen|ek|e k|eenmanszaak|me|mei|fi"
    ),
    "partnership": (
        "lp|l p|limited partnership|general partnership|gp|partnership|sc|sociedad civil|s civ|s en c"
        "|sociedad en comandita|scs|s c s|snc|s n c|sociedad colectiva|kg|kommanditgesellschaft|ohg|gbr"
        "|vof|cv|commanditaire vennootschap|ev co kg|co kg|and co kg|sc de rl|spolka jawna"
        "|spolka komandytowa|sp k|sp j|kd|et al partnership|ltd partnership|slp|sclp"
    ),
    "cooperative": (
        "cooperativa|cooperative|coop|cooperative society|coöperatie|scoop|scrl|sociedad cooperativa"
        "|genossenschaft|eg|ua|cooperatie ua|kooperativ|kooperatif|производственный кооператив"
    ),
    "foundation": (
        "foundation|fundacion|fundacao|fondation|stiftung|stichting|stg|fondazione|association|asociacion"
        "|associacao|associazione|verein|ev|e v|vereniging|asbl|vzw|asociacion civil|ac|a c|ngo|ong|gong"
        "|trust|fideicomiso|waqf|vakfi|dernegi|фонд|fond|society|ngo inc|corporacion civil|stiftelse"
        "|stiftelsen|mutual"
    ),
}  # fmt: skip

_START_ONLY: Final = frozenset({"pt", "ip"})
_WRITTEN_BEFORE: Final = (
    "ooo oao zao pao ao jsc ojsc cjsc pjsc srl sarl pt cv ip tov too doo ltd llc stichting stg fundacion "
    "fundacao fondation foundation asociacion associacao association cooperativa ong ngo sociedad "
    "societe compania empresa compagnie corporacion eirl sas sa spa uab sia"
)
_BEFORE: Final = frozenset(_WRITTEN_BEFORE.split())
_LONGEST: Final = 9


def form_at_end(words: tuple[str, ...]) -> tuple[int, str]:
    """Return how many words at the end are a legal form, and its class; (0, "") for none."""
    for count in range(min(_LONGEST, len(words)), 0, -1):
        form = " ".join(words[-count:])
        if class_of(form) and form not in _START_ONLY:
            return count, class_of(form)
    return 0, ""


def form_at_start(words: tuple[str, ...]) -> tuple[int, str]:
    """Return how many words at the start are a legal form, and its class; (0, "") for none.

    Only forms that are written before a name somewhere, and full forms, count: `Co` or `Ag` may begin one.
    """
    for count in range(min(_LONGEST, len(words)), 0, -1):
        form = " ".join(words[:count])
        if class_of(form) and (count > 1 or form in _BEFORE):
            return count, class_of(form)
    return 0, ""


def class_of(form: str) -> str:
    """Return the class of a whole form, or ""."""
    return _classes().get(form, "")


@lru_cache(maxsize=1)
def _classes() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, forms in _FORMS.items():
        for form in forms.split("|"):
            words = (normal_form(word) or ("and" if word == "&" else "") for word in form.split())
            found.setdefault(" ".join(filter(None, words)), name)
    return found
