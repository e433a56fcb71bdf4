"""Answers for tests: makers name only what matters."""

from datetime import UTC, date, datetime

from dsar.domain.package import (
    Answer,
    Attachment,
    Authority,
    Provenance,
    Receipt,
    Record,
    Sender,
    SystemAnswer,
    TaskAnswer,
    Withheld,
)

MADE = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
DATATILSYNET = Authority(
    "Datatilsynet",
    "Postboks 458 Sentrum\n0105 Oslo",
    "22 39 69 00",
    "https://www.datatilsynet.no",
)
SENDER = Sender(
    "glasoterapi.no",
    "Glasoterapi Eksempel AS",
    "Storgata 1\n0155 Oslo",
    "22 00 00 00",
    "personvern@glasoterapi.example",
)
TEXTS = {
    "purposes": "Svare på henvendelser og følge opp kunder.",
    "basis": "Berettiget interesse (GDPR art. 6 nr. 1 bokstav f).",
    "categories": "Navn, kontaktopplysninger og det du har skrevet til oss.",
    "source": "Deg (kontaktskjemaet) og offentlig register (Brønnøysundregistrene).",
    "recipients": "Lykke Media As, som drifter løsningen for oss. Norge.",
    "retention": "Til kundeforholdet er slutt. Fakturaer så lenge regnskapsloven krever.",
    "transfer": "Nei.",
}
NA = {"automated": "ingen avgjørelser tas av en maskin alene"}


def contact(**changes):
    fields = {
        "Navn": "Kari Nordmann",
        "E-post": "kari@example.no",
        "Telefon": "412 34 567",
        "Firma": "Nordmann Glass",
        "Vil ha nyhetsbrev": True,
        "Kundenummer": None,
    }
    made = {"id": "c1", "category": "Kontaktopplysninger", "fields": fields}
    return Record(**made | {"occurred_on": date(2021, 5, 4)} | changes)


def message(n, **changes):
    made = {
        "id": f"m{n}",
        "category": "Henvendelser",
        "label": f"Spørsmål {n} om glasskurs",
        "text": "Hei!\n\nHar dere ledig plass på kurset i mars? Jeg kommer gjerne sammen med en"
        " kollega, hvis det er rom for to.\n\nHilsen Kari",
        "fields": {"Svar fra oss": "Ja, velkommen begge to."},
        "source": "Kontaktskjemaet",
        "basis": "legitimate_interests",
        "occurred_on": datetime(2026, 1, 1 + n, 9, 30, tzinfo=UTC),
    }
    return Record(**made | changes)


def course(n, **changes):
    made = {
        "id": f"k{n}",
        "category": "Påmeldinger",
        "fields": {
            "Kurs": ["Glass i praksis", "Materiallære", "Blyinnfatning"][n % 3],
            "Pris": 2400.5 + n,
        },
        "provenance": Provenance.OBSERVED,
        "occurred_on": date(2026, 3 + n, 3),
    }
    return Record(**made | changes)


def score(**changes):
    made = {
        "id": "s1",
        "category": "Interesse",
        "label": "Poeng for salg",
        "fields": {"Poeng": 42, "Status": "3 = kontaktet"},
        "provenance": Provenance.DERIVED,
        "occurred_on": date(2026, 11, 2),
    }
    return Record(**made | changes)


def system(key="crm", name="Salgsoppfølging", records=(), **changes):
    made = {
        "key": key,
        "name": name,
        "answer": TaskAnswer.FOUND,
        "how": "Søkte på navn, e-post og telefon",
        "answered_by": "Ida",
        "answered_on": date(2026, 11, 9),
        "texts": TEXTS,
        "not_applicable": NA,
        "records": lambda: iter(records),
    }
    return SystemAnswer(**made | changes)


def empty_system(key="session", name="Nettstedsøkt", **changes):
    made = {
        "answer": TaskAnswer.NOTHING_FOUND,
        "how": "Øktene slettes når nettleseren lukkes",
        "texts": {},
        "not_applicable": {},
    }
    return system(key, name, **made | changes)


def answer(**changes):
    made = {
        "case_number": "2026-0012",
        "organisation": SENDER,
        "language": "nb",
        "created_at": MADE,
        "person_name": "Kari Nordmann",
        "right": "access",
        "received_on": date(2026, 10, 23),
        "due_on": date(2026, 11, 23),
        "systems": (system(records=[contact()]),),
        "authority": DATATILSYNET,
    }
    return Answer(**made | changes)


def full_answer(**changes):
    """An answer with something of everything."""
    sheet = Attachment("a1", "Kursbevis, Glass i praksis", "pdf", 48213, date(2026, 3, 4))
    voice = Attachment(
        "a2",
        "Opptak av telefonsamtale om faktura",
        "mp3",
        1_240_000,
        datetime(2026, 2, 3, 10, 15, tzinfo=UTC),
        "27 sekunder der en annen kunde nevnes",
    )
    systems = (
        system(
            about="Vi noterer henvendelser, så vi kan svare deg.",
            records=[contact(), message(1), message(9), message(3), score()],
        ),
        system(
            "courses",
            "Kurs og seminar",
            [course(0), course(1), course(2)],
            attachments=(sheet, voice),
        ),
        system("newsletter", "Nyhetsbrev", [], answer=TaskAnswer.WITHHELD),
        empty_system(),
        empty_system(
            "ga",
            "Google Analytics",
            answer=TaskAnswer.CANNOT_SEARCH,
            how="Tallene er anonymisert og kan ikke kobles til deg",
        ),
        empty_system(
            "paper",
            "Papir",
            answer=TaskAnswer.NOT_APPLICABLE,
            how="Vi har ikke papirarkiv lenger",
        ),
    )
    held = (
        Withheld(
            "Kurs og seminar",
            "Navnet på en annen deltaker",
            "GDPR art. 15 nr. 4",
            "Opplysningen gjelder en annen person, og den personen har krav på vern.",
        ),
    )
    return answer(**{"systems": systems, "withheld": held} | changes)


def receipt(**changes):
    made = {
        "case_number": "2026-0012",
        "access_code": "K7QM2XWD9TBRF4HN",
        "organisation": SENDER,
        "language": "nb",
        "received_at": datetime(2026, 10, 23, 12, 30, tzinfo=UTC),
        "due_on": date(2026, 11, 23),
        "counting": (
            "Vi fikk henvendelsen fredag 23. oktober 2026.",
            "Én måned etter er mandag 23. november 2026.",
        ),
        "rights": ("Se opplysningene dere har om meg",),
        "status_url": "https://example.no/o/glasoterapi/sak",
    }
    return Receipt(**made | changes)
