"""Real pictures and machine readable zones, made here byte by byte.

The doors accept any decodable JPEG, PNG or WebP, however small, so the tests carry their own: valid
minimal files, built from the formats' own rules and not from a library. Nothing here is a picture
of anybody. Damaged files are made by the tests that need them.
"""
import struct
import zlib


def png(width=8, height=8, grey=200):
    """An 8-bit greyscale PNG."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + bytes([grey]) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height,
                                                             8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def jpeg(padding=0):
    """A baseline 8x8 greyscale JPEG; padding adds bytes behind the end of image."""
    def segment(marker, data):
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data
    one_code = bytes([1] + [0] * 15) + b"\0"  # Huffman table: the code "0" means symbol 0
    return (b"\xff\xd8"
            + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
            + segment(0xDB, b"\0" + b"\x01" * 64)
            + segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 1) + b"\x01\x11\0")
            + segment(0xC4, b"\x00" + one_code) + segment(0xC4, b"\x10" + one_code)
            + segment(0xDA, b"\x01\x01\0\0\x3f\0")
            + b"\x3f"  # DC difference 0, end of block, then ones to the byte's end
            + b"\xff\xd9" + b"\0" * padding)


def jpeg_from_a_phone():
    """The same JPEG with EXIF as a phone writes it: a make and a place, 48 degrees 8 minutes north,
    17 degrees 6 minutes east."""
    def entry(tag, kind, count, value):
        return struct.pack(">HHI", tag, kind, count) + value
    def at(offset):
        return struct.pack(">I", offset)
    make = b"Made by nobody\0\0"
    first, gps = 8, 8 + 2 + 2 * 12 + 4 + len(make)
    places = gps + 2 + 4 * 12 + 4
    tiff = (b"MM\0\x2a" + at(first)
            + struct.pack(">H", 2) + entry(0x010F, 2, len(make), at(first + 30))
            + entry(0x8825, 4, 1, at(gps)) + at(0) + make
            + struct.pack(">H", 4) + entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, at(places))
            + entry(3, 2, 2, b"E\0\0\0") + entry(4, 5, 3, at(places + 24)) + at(0)
            + struct.pack(">6I", 48, 1, 8, 1, 0, 1) + struct.pack(">6I", 17, 1, 6, 1, 0, 1))
    body = b"Exif\0\0" + tiff
    return jpeg()[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg()[2:]


def webp():
    """A 1x1 lossless WebP (VP8L): five prefix codes of one symbol each, one green pixel."""
    bits = []

    def put(value, count):
        bits.extend((value >> i) & 1 for i in range(count))
    put(0, 14), put(0, 14), put(0, 1), put(0, 3)  # width-1, height-1, no alpha, version 0
    put(0, 1), put(0, 1), put(0, 1)  # no transform, no colour cache, one prefix code group
    for symbol in (128, 64, 64, 255):  # green, red, blue, alpha
        put(1, 1), put(0, 1), put(1, 1), put(symbol, 8)
    put(1, 1), put(0, 1), put(0, 1), put(0, 1)  # distance: the symbol 0
    bits.extend([0] * (-len(bits) % 8))
    packed = bytes(sum(bits[i + j] << j for j in range(8)) for i in range(0, len(bits), 8))
    data = b"\x2f" + packed
    data += b"\0" * (len(data) % 2)
    size = 1 + len(packed)
    return (b"RIFF" + struct.pack("<I", 12 + len(data)) + b"WEBPVP8L" + struct.pack("<I", size)
            + data)


def check_digit(text):
    """ICAO 9303 part 3: weights 7 3 1 over 0-9, A-Z as 10-35, filler as 0."""
    def value(c):
        return 0 if c == "<" else int(c, 36)
    return str(sum(value(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def mrz(last="DOE", given="JOHN MICHAEL", born="040709", expires="321231", country="AUT"):
    """The two lines of a passport (TD3), with right check digits."""
    names = f"{last}<<{given.replace(' ', '<')}"
    first = f"P<{country}{names}".ljust(44, "<")
    number = "L898902C3"
    personal = "<" * 14
    second = (number + check_digit(number) + country + born + check_digit(born) + "M" + expires
              + check_digit(expires) + personal + check_digit(personal))
    covered = second[0:10] + second[13:20] + second[21:43]
    return [first, second + check_digit(covered)]
