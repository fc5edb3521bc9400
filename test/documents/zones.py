"""Invented people and the machine-readable zones of their documents, after ICAO Doc 9303.

Everybody here is made of syllables, every issuer is the fictitious state UTO; only the French card
of before 2021 (`fra`, none of FORMS: it is drawn when asked for) names its own, by which it is
known.
A zone is what stands in the picture and so what a reader must say. Nothing is drawn here.
"""
from dataclasses import dataclass

FORMS = ("td1", "td2", "td3", "mrv_a", "mrv_b")
WIDTHS = {"td1": 30, "td2": 36, "td3": 44, "mrv_a": 44, "mrv_b": 36, "fra": 36}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
HEADS = ("B", "BR", "C", "D", "DR", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S",
         "ST", "T", "V", "W", "X", "Y", "Z", "")
VOWELS = ("A", "E", "I", "O", "U", "AE", "IO")
TAILS = ("", "", "N", "L", "R", "S", "M", "K", "T", "X", "Z", "W", "G", "B", "D", "F", "P", "Q")


@dataclass(frozen=True)
class Person:
    """Who the document says its holder is; `zone` are the lines of the machine-readable zone."""
    form: str
    surname: str
    given: str
    number: str
    birth: str
    sex: str
    expiry: str
    zone: tuple


def check_digit(text):
    """Part 3, 4.9: weights 7, 3, 1 over values 0 to 35, the filler being 0."""
    values = [0 if c == "<" else (DIGITS + LETTERS).index(c) for c in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def checked(text):
    return text + check_digit(text)


def name(rng):
    def one(choices):
        return choices[rng.integers(len(choices))]
    text = "".join(one(HEADS) + one(VOWELS) + one(TAILS) for _ in range(rng.integers(1, 4)))
    return text if len(text) > 1 else text + "N"


def date(rng, first, last):
    """YYMMDD of a day in the years from first up to last."""
    return f"{rng.integers(first, last) % 100:02}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"


def text_of(rng, alphabet, size):
    return "".join(alphabet[rng.integers(len(alphabet))] for _ in range(size))


def number_of(rng):
    """Of documents: all digits, letters in front, or anything."""
    kind = rng.integers(3)
    if kind == 0:
        return text_of(rng, DIGITS, 9)
    if kind == 1:
        return text_of(rng, LETTERS, rng.integers(1, 3)) + text_of(rng, DIGITS, 7)
    return text_of(rng, LETTERS + DIGITS, rng.integers(7, 10))


def filled(text, width):
    return text[:width].ljust(width, "<")


def french(rng, surname, given, birth, sex):
    """(number, lines): number and names have other places, nationality and expiry none."""
    place = text_of(rng, DIGITS, 3) if rng.random() < 0.9 else text_of(rng, LETTERS, 3)
    number = f"{rng.integers(100):02}{rng.integers(1, 13):02}" + place + text_of(rng, DIGITS, 5)
    office = "<" * 6 if rng.random() < 0.3 else place + text_of(rng, DIGITS, 3)
    first = "IDFRA" + filled(surname.replace(" ", "<"), 25) + office
    second = checked(number) + filled(given.replace(" ", "<<"), 14) + checked(birth) + sex
    return number, (first, second + check_digit(first + second))


def code_of(rng, form):
    first = {"td1": "IAC", "td2": "IAC", "td3": "P", "mrv_a": "V", "mrv_b": "V"}[form]
    return first[rng.integers(len(first))] + ("<" if rng.random() < 0.7 else
                                              LETTERS[rng.integers(21)])


def optional_of(rng, width):
    """The optional element: empty, short or full."""
    if rng.random() < 0.4:
        return "<" * width
    return filled(text_of(rng, DIGITS + LETTERS, rng.integers(3, width + 1)), width)


def number_fields(rng, number, width):
    """Number with check digit, and the optional element behind it, in TD1 and TD2. A number of more
    than nine characters goes on there (parts 5 and 6)."""
    if rng.random() < 0.1:
        whole = text_of(rng, DIGITS, rng.integers(11, 14))
        return whole, whole[:9] + "<", filled(checked(whole)[9:] + "<", width)
    return number, checked(filled(number, 9)), optional_of(rng, width)


def invent(rng, form):
    """A person with a document of this form."""
    surname = " ".join(name(rng) for _ in range(1 + (rng.random() < 0.2)))
    given = " ".join(name(rng) for _ in range(rng.integers(1, 4)))
    names = (surname + "  " + given).replace(" ", "<")
    birth, expiry = date(rng, 1930, 2020), date(rng, 2026, 2036)
    sex = "MFMFX"[rng.integers(5)]
    person, number = "<" if sex == "X" else sex, number_of(rng)
    if form == "fra":
        number, zone = french(rng, surname, given, birth, "F" if sex == "X" else sex)
        return Person(form, surname, given, number, birth, sex, expiry, zone)
    head = code_of(rng, form) + "UTO"
    width = WIDTHS[form]
    if form == "td1":
        number, field, optional = number_fields(rng, number, 15)
        first = head + field + optional
        second = checked(birth) + person + checked(expiry) + "UTO" + optional_of(rng, 11)
        total = check_digit(first[5:] + second[0:7] + second[8:15] + second[18:29])
        zone = (first, second + total, filled(names, 30))
    else:
        optional = optional_of(rng, {"td2": 7, "td3": 14, "mrv_a": 16, "mrv_b": 8}[form])
        field = checked(filled(number, 9))
        if form == "td2":
            number, field, optional = number_fields(rng, number, 7)
        second = field + "UTO" + checked(birth) + person + checked(expiry) + optional
        if form == "td3":
            empty = optional == "<" * 14 and rng.random() < 0.5
            second += "<" if empty else check_digit(optional)
        if form in ("td2", "td3"):
            second += check_digit(second[0:10] + second[13:20] + second[21:])
        zone = (head + filled(names, width - 5), second)
    assert all(len(line) == width for line in zone), zone
    return Person(form, surname, given, number, birth, sex, expiry, zone)
