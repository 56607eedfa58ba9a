"""Further made-up patients of the demo practice, by number: enough to fill its calendar."""

import datetime

FIRST = """
Adaeze Agnete Alma Anouk Aurelio Bahar Bettina Calista Cosima Darya Davide Edda Eluned Emeka Fenna
Fiorella Gaspard Greta Halima Helga Ilse Imani Isolde Jadwiga Jovana Kalinda Keiko Leandro
Lieselotte Lorcan Mahalia Mairead Matteo Nadezhda Nieves Noemi Orla Pilar Ottilie Quirina Rafaela
Roswitha Sefika Sunniva Teodora Ulrike Valeria Wanjiru Xenia Yaretzi Zuleika
"""
LAST = """
Abernethy Adeyemi Baranski Bellweather Castelmare Corrigan Dąbrowska Delacroix Eisenhardt Escalante
Fairbourne Ferreira Gallowglass Grünewald Halloran Hashimoto Ibarra Iversen Jankovic Kestrel
Kowalczyk Lindgren Lovelace Mbeki Merriweather Nakagawa Novotná Oduya Ostrander Paszkowski Quennell
Rademaker Rosewood Sandoval Silverthorne Tiedemann Umarov Valderrama Vossberg Wetherby Yarrow Zamora
Żeleński
"""
AREA_CODES = {"park-street": "518", "lakeside": "847"}
YOUNGEST = datetime.date(2001, 6, 30)


def guest(number: int, slug: str) -> dict[str, object]:
    """Give the identity of the guest with a number, counted from 1: the same every time.

    Telephone numbers are of the block that is kept free for made-up people.
    """
    first, last = FIRST.split(), LAST.split()
    return {
        "first_name": first[number * 7 % len(first)],
        "last_name": last[number * 16 % len(last)],
        "birth_date": YOUNGEST - datetime.timedelta(days=number * 4099 % 15000),
        "email": guest_email(number),
        "phone": f"+1 {AREA_CODES[slug]} 555 01{number % 100:02d}",
    }


def guest_email(number: int) -> str:
    """Give the address of the guest with a number."""
    return f"guest{number}@example.com"
