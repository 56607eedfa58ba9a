"""The demo practice: made-up people at two made-up locations, the same every time."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from clinic.actions import patients as patient_actions
from clinic.models import Closure, Location, Patient, Provider, StaffRole, User


@dataclass(frozen=True)
class Place:
    """A demo location."""

    slug: str
    name: str
    time_zone: str
    weekdays: tuple[int, ...]
    address: str
    phone: str


@dataclass(frozen=True)
class Account:
    """A demo sign-in, for providers what patients read; `also` are further roles by place."""

    email: str
    name: str
    role: str
    places: tuple[str, ...] = ()
    title: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> str:
        """The names of the places the person works at, joined, then their further roles with the place."""
        names = {place.slug: place.name for place in PLACES}
        own = " and ".join(names[slug] for slug in self.places)
        return ", also ".join([own, *(f"{role} at {names[slug]}" for slug, role in self.also)])


PLACES = (
    Place(
        "park-street",
        "Park Street",
        "America/New_York",
        (1, 2, 3, 4, 5),
        "12 Park Street, Albany",
        "+1 518 555 0100",
    ),
    Place(
        "lakeside",
        "Lakeside",
        "America/Chicago",
        (2, 3, 4, 5, 6),
        "480 Lakeside Row, Evanston",
        "+1 847 555 0100",
    ),
)
BOTH = ("park-street", "lakeside")
COORDINATOR = Account("nora@example.com", "Nora Lindqvist", "coordinator", ("park-street",))
MANAGER = Account("vera@example.com", "Vera Castellanos", "manager", BOTH)
PATIENT = Account("maya@example.com", "Maya Okafor", "patient")
ACCOUNTS = (
    COORDINATOR,
    Account("tomas@example.com", "Tomás Arriaga", "coordinator", ("lakeside",)),
    Account(
        "ellis@example.com",
        "Dr. June Ellis",
        "provider",
        BOTH,
        "Dermatologist",
        also=(("park-street", "manager"),),
    ),
    Account("haddad@example.com", "Dr. Samir Haddad", "provider", ("park-street",), "Facial surgeon"),
    Account("brandt@example.com", "Ines Brandt", "provider", ("park-street",), "Nurse practitioner"),
    Account("okoye@example.com", "Chidi Okoye", "provider", ("lakeside",), "Nurse practitioner"),
    MANAGER,
    PATIENT,
)
# First name, last name, date of birth, one line each; odd lines come to Park Street, even ones to Lakeside.
PEOPLE = """
Maya Okafor 1985-03-14
Lucinda Farrow 1972-11-02
Beatriz Nakamura 1990-06-27
Óscar Villanueva 1968-01-19
Priya Raghunathan 1988-09-05
Colette Ashdown 1961-04-30
Zofia Wiśniewska 1979-12-11
Delphine Marchetti 1994-02-08
Rosalind Achterberg 1957-08-23
Thandiwe Mokoena 1983-05-16
Ingrid Solvang 1976-10-29
Noor Al-Rashid 1992-07-03
Harriet Pemberley 1965-03-21
Mirela Dragomir 1981-11-14
Camille Beauregard 1970-06-09
Yuki Tanabe 1996-01-25
Odalys Fuentes 1987-04-12
Gwendolyn Trask 1959-09-17
Saoirse Kilbride 1991-12-01
Anneliese Hofstetter 1974-02-26
Renata Czerny 1980-08-07
Farah Daneshvar 1989-05-31
Marguerite Oyelaran 1963-10-10
Linnea Ekström 1993-03-04
Paulina Zubiri 1978-07-22
Esther Blumenfeld 1955-01-13
Jocelyn Whitcombe 1986-06-18
Katya Morozova 1995-11-27
Philippa Hargreave 1969-09-29
Amara Nwosu 1984-04-06
Vivienne Lachance 1973-12-20
Dolores Iturbide 1960-05-24
Hana Kovářová 1990-10-15
Bronwyn Llewellyn 1977-02-17
Soledad Quispe 1982-08-11
Mireille Fontenot 1967-07-08
Tamsin Greyling 1998-03-30
Leocadia Santoro 1971-01-05
Rutendo Chikafu 1988-12-28
Elspeth Macready 1964-06-14
""".strip().splitlines()
REASON = "Year-end holidays"


@transaction.atomic
def seed_clinic(today: datetime.date) -> None:
    """Save the demo practice, adding only what is missing; `today` places two year-end closures."""
    places = {place.slug: seed_place(place) for place in PLACES}
    for location in places.values():
        for year in (today.year - 1, today.year):
            Closure.objects.get_or_create(
                location=location,
                first=datetime.date(year, 12, 24),
                last=datetime.date(year + 1, 1, 1),
                defaults={"reason": REASON},
            )
    for account in ACCOUNTS:
        seed_account(account, places)
    coordinator = User.objects.get(email=COORDINATOR.email)
    for number, line in enumerate(PEOPLE):
        seed_patient(number, line, places[PLACES[number % 2].slug], coordinator)
    Patient.objects.filter(email=PATIENT.email, user=None).update(user=User.objects.get(email=PATIENT.email))


def seed_place(place: Place) -> Location:
    """Save one location unless it is there."""
    location, _ = Location.objects.get_or_create(
        slug=place.slug,
        defaults={
            "name": place.name,
            "time_zone": place.time_zone,
            "weekdays": list(place.weekdays),
            "address": place.address,
            "phone": place.phone,
        },
    )
    return location


def seed_account(account: Account, places: dict[str, Location]) -> User:
    """Save one account, without a password: the demo's sign-in page is its only door."""
    user = User.objects.filter(email=account.email).first()
    if user is None:
        user = User.objects.create_user(account.email, name=account.name, role=account.role)
        held = [(slug, account.role) for slug in account.places] + list(account.also)
        StaffRole.objects.bulk_create(
            StaffRole(user=user, location=places[slug], role=role) for slug, role in held
        )
    if account.role == User.Role.PROVIDER:
        Provider.objects.get_or_create(
            user=user, defaults={"printed_name": account.name, "title": account.title}
        )
    return user


def email_of(number: int) -> str:
    """Give the address of the person on a line of `PEOPLE`, counted from 0."""
    return PATIENT.email if number == 0 else f"patient{number + 1}@example.com"


def seed_patient(number: int, line: str, location: Location, coordinator: User) -> None:
    """Save one patient unless somebody has that e-mail address."""
    first_name, last_name, born = line.split()
    email = email_of(number)
    if Patient.objects.filter(email=email).exists():
        return
    patient_actions.register(
        by=coordinator,
        location=location,
        first_name=first_name,
        last_name=last_name,
        birth_date=datetime.date.fromisoformat(born),
        email=email,
        phone=f"+1 555 01{number:02d}",
    )
