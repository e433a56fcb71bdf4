"""How each frozen list is made from the `holidays` package, and where it is corrected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType
from typing import Final

from dsar.domain.calendars import HolidayLists

YEARS: Final = range(2018, 2041)

Days = dict[date, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One calendar: its country, its parts, and what law.md 2.4 makes us change."""

    country: str
    language: str
    source: str
    parts: tuple[str, ...] = ()
    base_part: str | None = None
    has_base: bool = True
    categories: tuple[str, ...] = ("public",)
    aliases: Mapping[str, str] = field(default_factory=dict)
    switches: Callable[[ModuleType], dict[str, Days]] = lambda package: {}


def made(package: ModuleType, name: str, checked_on: date) -> HolidayLists:
    """Return the lists that the recipe makes from the installed package."""
    recipe = RECIPES[name]
    switches = recipe.switches(package)
    off = {(day, title) for days in switches.values() for day, title in days.items()}
    base = _without(_days(package, recipe, recipe.base_part), off) if recipe.has_base else {}
    parts = {
        part: _without(_days(package, recipe, part), off | set(base.items()))
        for part in recipe.parts
    }
    source = f"{recipe.source} Made from holidays {package.__version__}."
    return HolidayLists(
        id=name,
        years=YEARS,
        base=base,
        parts=parts,
        switches=switches,
        source=source,
        checked_on=checked_on,
        aliases=recipe.aliases,
    )


def _days(package: ModuleType, recipe: Recipe, part: str | None) -> Days:
    found = package.country_holidays(
        recipe.country,
        subdiv=part,
        years=YEARS,
        categories=recipe.categories,
        language=recipe.language,
    )
    return dict(found)


def _without(days: Days, off: Iterable[tuple[date, str]]) -> Days:
    """Drop a day only where its name fits too: Whit Monday 2028 is also 5 June in Denmark."""
    return dict(set(days.items()) - set(off))


def _each_year(*fixed: tuple[int, int, str]) -> Days:
    return {date(year, m, d): title for year in YEARS for m, d, title in fixed}


def _swedish(package: ModuleType) -> dict[str, Days]:
    eves = package.country_holidays("SE", language="sv", years=YEARS, categories=("de_facto",))
    return {"se_eves": {day: title for day, title in eves.items() if title in _SE_EVES}}


def _finnish(package: ModuleType) -> dict[str, Days]:
    every = package.country_holidays("FI", language="fi", years=YEARS)
    return {"fi_eves": {day: title for day, title in every.items() if title in _FI_EVES}}


def _dutch(package: ModuleType) -> dict[str, Days]:
    every = package.country_holidays("NL", language="nl", years=YEARS)
    friday = {day: title for day, title in every.items() if title == "Goede vrijdag"}
    return {"nl_good_friday": friday, "nl_may5": _each_year((5, 5, "Bevrijdingsdag"))}


def _danish(package: ModuleType) -> dict[str, Days]:
    extra = ((6, 5, "Grundlovsdag"), (12, 24, "Juleaftensdag"), (12, 31, "Nytårsaftensdag"))
    return {"dk_extra": _each_year(*extra)}


_SE_EVES: Final = frozenset({"Midsommarafton", "Julafton", "Nyårsafton"})
_FI_EVES: Final = frozenset({"Juhannusaatto", "Jouluaatto"})
_LAENDER: Final = (
    *("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV"),
    *("NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"),
)
_CANTONS: Final = (
    *("AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE"),
    *("NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH"),
)
_FRENCH: Final = ("57", "6AE", "971", "972", "973", "974", "976")

RECIPES: Final[dict[str, Recipe]] = {
    "NO": Recipe(
        "NO", "no", "lov 1995-02-24-12 § 2; lov 1947-04-26-1 § 1. As the package has it."
    ),
    "SE": Recipe(
        "SE",
        "sv",
        "lag (1989:253); lag (1930:173) § 2 for the three eves (D3). Eves added as a list.",
        switches=_swedish,
    ),
    "DK": Recipe(
        "DK",
        "da",
        "Statutory public holidays; lov 214/2023: Store Bededag until 2023. 5 June, 24 and"
        " 31 December as a list that is off (D6).",
        switches=_danish,
    ),
    "FI": Recipe(
        "FI",
        "fi",
        "Law on public holidays. Midsummer Eve and Christmas Eve, public in the package, moved"
        " to a list that is off (D4: act 150/1930 § 1).",
        switches=_finnish,
    ),
    "DE": Recipe("DE", "de", "Nine nationwide days, and the days of each Land.", _LAENDER),
    "FR": Recipe(
        "FR",
        "fr",
        "Code du travail L3133-1; Alsace-Moselle and overseas departments as parts.",
        _FRENCH,
        aliases={
            "ALSACE-MOSELLE": "57",
            "AM": "57",
            "MOSELLE": "57",
            "ALSACE": "6AE",
            "67": "6AE",
            "68": "6AE",
        },
    ),
    "NL": Recipe(
        "NL",
        "nl",
        "Algemene termijnenwet art. 3(1). 5 May added for every year; Good Friday, public in"
        " the package, moved to a list that is off (D5: art. 3(2)).",
        switches=_dutch,
    ),
    "IE": Recipe(
        "IE", "en_IE", "Organisation of Working Time Act 1997, sch. 2. As the package has it."
    ),
    "UK": Recipe(
        "GB",
        "en_GB",
        "Banking and Financial Dealings Act 1971 and royal proclamations, substitutes included"
        " (Scotland, 15 June 2026: proclamation of 3 February 2026).",
        ("ENG", "NIR", "SCT", "WLS"),
        has_base=False,
        aliases={
            "EW": "ENG",
            "GB-ENG": "ENG",
            "GB-SCT": "SCT",
            "GB-NIR": "NIR",
            "GB-WLS": "WLS",
        },
    ),
    "CH": Recipe(
        "CH", "de", "Days kept in every canton, and the days of each canton.", _CANTONS
    ),
    "US-CA": Recipe(
        "US",
        "en_US",
        "California state holidays; used for `bd_holidays` and `roll` only, off by default.",
        base_part="CA",
    ),
    "US-VA": Recipe(
        "US",
        "en_US",
        "Virginia state holidays; used for `roll` only, off by default.",
        base_part="VA",
    ),
    "US-CO": Recipe(
        "US",
        "en_US",
        "Colorado state holidays; used for `roll` only, off by default.",
        base_part="CO",
    ),
    "BR": Recipe("BR", "pt_BR", "National holidays; used for `roll` only, off by default."),
    "CA-FED": Recipe(
        "CA",
        "en_CA",
        "Federal public and government holidays; used for `roll` only, off by default"
        " (Interpretation Act s. 26, 35).",
        categories=("public", "government"),
    ),
    "CA-QC": Recipe(
        "CA",
        "fr",
        "Québec public holidays; used for `roll` only, off by default.",
        base_part="QC",
    ),
}
