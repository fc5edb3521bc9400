"""Draws a whole document, flat and clean, as a printer would: ground, photograph, visual zone and
machine-readable zone, with measures in millimetres after ICAO Doc 9303.

Fonts are Debian's: OCR-B for the zone (fonts-ocr-b), DejaVu for the rest. What a camera makes of it
is degrade.py's.
"""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

OCR_B = "/usr/share/fonts/opentype/ocr-b/"
DEJAVU = "/usr/share/fonts/truetype/dejavu/"
PITCH = 2.54  # ten characters an inch
ADVANCE = 0.723  # of OCR-B, in em
# form: width, height of the page, and the centre of the lowest line above its lower edge
PAGES = {"td1": (85.6, 54.0, 5.5), "td2": (105.0, 74.0, 7.5), "td3": (125.0, 88.0, 9.4),
         "mrv_a": (120.0, 80.0, 9.4), "mrv_b": (105.0, 74.0, 7.5), "fra": (105.0, 74.0, 7.5)}
TITLES = {"td1": "IDENTITY CARD", "td2": "IDENTITY CARD", "td3": "PASSPORT", "mrv_a": "VISA",
          "mrv_b": "VISA", "fra": "IDENTITY CARD"}


@dataclass
class Flat:
    """A drawn page, and where the zone's characters stand on it, in pixels: the centre of the first
    of the first line, the steps to the next character and to the next line."""
    image: Image.Image
    scale: float
    first: tuple
    step: float
    line: float


@lru_cache(maxsize=64)
def font(path, size):
    return ImageFont.truetype(path, size)


def ground(rng, size, scale):
    """Paper in a light colour with guilloche lines over it."""
    base = rng.integers(215, 250, 3)
    image = Image.new("RGB", size, tuple(int(v) for v in base))
    pen = ImageDraw.Draw(image)
    width, height = size
    x = np.arange(0, width + 24, 12)
    depth = rng.uniform(8, 38)  # how dark the lines are
    for _ in range(rng.integers(2, 4)):
        colour = tuple(int(v) for v in np.clip(base - depth * rng.uniform(0.3, 1, 3), 0, 255))
        gap, swing = rng.uniform(1.2, 3) * scale, rng.uniform(0.5, 4) * scale
        length, phase = rng.uniform(8, 40) * scale, rng.uniform(0, 6.3)
        slope = rng.uniform(-0.3, 0.3)
        wave = swing * np.sin(x / length * 6.28 + phase) + swing / 3 * np.sin(
            x / length * 17 + phase) + slope * x
        for y in np.arange(-swing * 2 - abs(slope) * width, height + abs(slope) * width, gap):
            pen.line(list(zip(x.tolist(), (y + wave).tolist())), fill=colour,
                     width=max(1, int(0.14 * scale)))
    return image


def photograph(rng, image, box):
    """A face-like shape on a plain ground."""
    tone, skin = int(rng.integers(120, 220)), int(rng.integers(70, 210))
    left, top, right, bottom = 0, 0, int(box[2] - box[0]), int(box[3] - box[1])
    w, h = right, bottom
    face = Image.new("RGB", (w, h), (tone, tone, min(255, tone + 12)))
    pen = ImageDraw.Draw(face)
    pen.ellipse([left + w * 0.1, top + h * 0.72, right - w * 0.1, bottom + h * 0.3],
                fill=(skin // 3, skin // 3, skin // 2))
    pen.ellipse([left + w * 0.27, top + h * 0.18, right - w * 0.27, top + h * 0.78],
                fill=(skin, int(skin * 0.85), int(skin * 0.75)))
    pen.pieslice([left + w * 0.25, top + h * 0.13, right - w * 0.25, top + h * 0.6], 180, 360,
                 fill=(skin // 4, skin // 5, skin // 5))
    image.paste(face, (int(box[0]), int(box[1])))


def visual_zone(rng, image, person, scale, page):
    """Labels and values beside the photograph."""
    width, height, _ = page
    pen = ImageDraw.Draw(image)
    bold = font(DEJAVU + "DejaVuSans-Bold.ttf", int(3.4 * scale))
    small, plain = (font(DEJAVU + "DejaVuSans.ttf", int(s * scale)) for s in (1.7, 2.7))
    ink = tuple(int(v) for v in rng.integers(10, 70, 3))
    pen.text((6 * scale, 2.5 * scale), "UTOPIA   " + TITLES[person.form], font=bold, fill=ink)
    zone = 23 if person.form in ("td1", "td3") else 20
    bottom = height - zone - 1
    photo_height = max(16, min(42, bottom - 8))
    photograph(rng, image, [5 * scale, 8 * scale, (5 + photo_height * 0.75) * scale,
                            (8 + photo_height) * scale])
    x = (5 + photo_height * 0.75 + 4) * scale
    dates = [f"{d[4:]} {d[2:4]} {d[:2]}" for d in (person.birth, person.expiry)]
    fields = [("Surname / Nom", person.surname), ("Given names / Prénoms", person.given),
              ("Document No.", person.number), ("Date of birth", dates[0]),
              ("Sex / Nationality", person.sex + "   UTOPIAN"), ("Date of expiry", dates[1])]
    step = min(7.5, (bottom - 7) / len(fields))
    for row, (label, value) in enumerate(fields):
        y = (8 + row * step) * scale
        if step > 4.5:
            pen.text((x, y), label, font=small, fill=(90, 90, 110))
        pen.text((x, y + 1.8 * scale * (step > 4.5)), value, font=plain, fill=ink)


def print_zone(rng, image, zone, flat):
    """The zone's characters, one at a time: fixed pitch to the pixel, ink a little uneven."""
    size = round(flat.step / ADVANCE)
    face = font(OCR_B + ("OCRB.otf" if rng.random() < 0.75 else "OCRBS.otf"), size)
    # The height of capitals: they, not the digits above them, are centred on the line.
    box = face.getbbox("H", anchor="ls")
    middle = (box[1] + box[3]) / 2
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    for row, text in enumerate(zone):
        for column, char in enumerate(text):
            x = flat.first[0] + (column - 0.5) * flat.step
            y = flat.first[1] + row * flat.line - middle
            ink = int(np.clip(rng.normal(245, 10), 200, 255))
            pen.text((x + rng.normal(0, 0.01) * flat.step, y), char, font=face, fill=ink,
                     anchor="ls")
    margin = int(1.5 * flat.step)
    area = (int(flat.first[0] - margin), int(flat.first[1] - margin),
            int(flat.first[0] + flat.step * len(zone[0]) + margin),
            int(flat.first[1] + flat.line * len(zone) + margin))
    part = mask.crop(area)
    weight = rng.integers(3)  # strokes of some printers are thin, of others fat
    if weight != 1:
        other = part.filter(ImageFilter.MinFilter(3) if weight == 0 else ImageFilter.MaxFilter(3))
        part = Image.blend(part, other, rng.uniform(0, 0.6))
    tone = tuple(int(v) for v in rng.integers(5, 75) + rng.integers(0, 12, 3))
    image.paste(Image.new("RGB", part.size, tone), area[:2], part)


def draw(rng, person, scale):
    """The page of a person at `scale` pixels a millimetre."""
    page = PAGES[person.form]
    size = (round(page[0] * scale), round(page[1] * scale))
    image = ground(rng, size, scale)
    visual_zone(rng, image, person, scale, page)
    line = rng.uniform(5.6, 6.5) if person.form == "td1" else rng.uniform(5.9, 6.6)
    width = len(person.zone[0]) * PITCH
    left = (page[0] - width) / 2 + rng.uniform(-1, 1) + PITCH / 2
    top = page[1] - page[2] + rng.uniform(-0.8, 0.8) - (len(person.zone) - 1) * line
    flat = Flat(image, scale, (left * scale, top * scale), PITCH * scale, line * scale)
    if rng.random() < 0.5:  # a lighter band below the zone, as most documents have
        pen = ImageDraw.Draw(image, "RGBA")
        pen.rectangle([0, (top - 4.5) * scale, size[0], size[1]], fill=(255, 255, 255, 120))
    print_zone(rng, image, person.zone, flat)
    return flat
