"""What a camera makes of a flat page: place, perspective, light, blur, noise, compression.

A Shot names every parameter, `shot_of` draws one for a level, `photograph` takes it. The levels:

clean     near frontal, sharp: blur 0.6 px, little noise, JPEG quality 92
moderate  up to 5 degrees of rotation, the page tilted up to 10 degrees each way, uneven light,
          blur 1.5 px, noise of 6 grey levels, JPEG quality 50: blur, noise and quality are always
          at that end, not drawn from below it
hard      up to 12 degrees, tilted up to 20, two fifths of the light or more, glare on half of them,
          blur of 1 to 2.5 px (at most an eighth of the zone's pitch), on half of them motion over
          up to 4 px more, noise of 10, JPEG quality 30, and the picture made small, as messengers
          do: the pitch is 12 to 30 px before the tilt

The page fills 50 to 95 % of a picture's width. Clean and moderate pictures have 2 to 5 megapixels,
so that the pitch of the zone is 16 to 70 px. One picture in seven is turned by 90, 180 or 270
degrees.
"""
import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

import draw

LEVELS = ("clean", "moderate", "hard")
SIZES = ((1600, 1200), (2048, 1536), (2592, 1944))
LARGE = (4000, 3000)


@dataclass(frozen=True)
class Shot:
    size: tuple  # of the picture before it is turned
    fill: float  # of its width that the page takes
    angle: float  # degrees
    tilt: tuple  # degrees about both axes of the page
    turn: int  # quarters
    light: float  # 1: as bright as it is
    shade: float  # how uneven the light is
    glare: float  # how white the spot is
    cast: float  # of colour
    blur: float  # pixels, standard deviation
    motion: float  # pixels
    noise: float  # grey levels, standard deviation
    quality: int


def shot_of(rng, level, form, size=None):
    size = size or SIZES[rng.integers(len(SIZES))]
    turn = int(rng.integers(1, 4)) if rng.random() < 1 / 7 else 0
    if level == "clean":
        return Shot(size, rng.uniform(0.6, 0.95), rng.uniform(-1.5, 1.5),
                    tuple(rng.uniform(-2, 2, 2)), turn, rng.uniform(0.85, 1), 0.1, 0, 0.03,
                    0.6, 0, 1.5, 92)
    if level == "moderate":
        return Shot(size, rng.uniform(0.5, 0.95), rng.uniform(-5, 5),
                    tuple(rng.uniform(-10, 10, 2)), turn, rng.uniform(0.6, 1), 0.3,
                    rng.uniform(0, 0.3) * (rng.random() < 0.3), 0.08, 1.5, 0, 6, 50)
    pitch, fill = rng.uniform(12, 30), rng.uniform(0.5, 0.95)
    width = int(pitch / fill * draw.PAGES[form][0] / draw.PITCH)
    return Shot((width, width * 3 // 4), fill, rng.uniform(-12, 12),
                tuple(rng.uniform(-20, 20, 2)), turn, rng.uniform(0.4, 1), 0.4,
                rng.uniform(0.1, 0.6) * (rng.random() < 0.5), 0.15,
                min(rng.uniform(1, 2.5), pitch / 8), rng.uniform(1, 4) * (rng.random() < 0.5), 10,
                30)


def rotation(angle, tilt):
    a, x, y = np.radians([angle, *tilt])
    about_z = [[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]
    about_x = [[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]]
    about_y = [[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]]
    return np.array(about_z) @ np.array(about_x) @ np.array(about_y)


def apply(matrix, points):
    out = np.c_[np.asarray(points, float), np.ones(len(points))] @ matrix.T
    return out[:, :2] / out[:, 2:]


def placed(rng, shot, page):
    """The matrix from millimetres of the page to pixels of the picture: a pinhole camera at twice
    the page's width."""
    width, height = page
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    turned = rotation(shot.angle, shot.tilt)[:, [0, 1]]
    plane = np.c_[turned, [0, 0, 2 * width]] @ middle
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    spread = np.ptp(apply(plane, corners), axis=0)
    zoom = shot.fill * shot.size[0] / spread[0]
    zoom = min(zoom, 0.97 * shot.size[1] / spread[1])
    scaled = np.diag([zoom, zoom, 1]) @ plane
    at = apply(scaled, corners)
    slack = np.array(shot.size) - np.ptp(at, axis=0)
    shift = slack * rng.uniform(0.1, 0.9, 2) - at.min(axis=0)
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]]) @ scaled


def table(rng, size):
    """What the page lies on: wood, cloth or something plain, darker than most paper."""
    base = rng.integers(30, 170, 3)
    columns = max(2, size[0] // rng.choice([8, 80]))
    small = rng.normal(0, rng.uniform(2, 14), (size[1] // 8, columns))
    grain = Image.fromarray(np.clip(128 + small, 0, 255).astype(np.uint8)).resize(
        size, Image.BILINEAR)
    tones = [grain.point([int(np.clip(v - 128 + b, 0, 255)) for v in range(256)]) for b in base]
    return Image.merge("RGB", tones)


def light_of(rng, shot, size):
    """How bright each place is, 0 to 1, as a grey picture: a smooth field."""
    field = rng.uniform(1 - shot.shade, 1, (4, 5)) * shot.light
    return Image.fromarray((field * 255).astype(np.uint8)).resize(size, Image.BICUBIC)


def with_glare(rng, image, strength):
    """A lamp's reflection: an ellipse that fades to its rim."""
    width, height = image.size
    y, x = np.mgrid[0:60, 0:80]
    at, spread = rng.uniform(0.15, 0.85, 2) * (80, 60), rng.uniform(6, 16, 2)
    spot = strength * np.exp(-((x - at[0]) / spread[0]) ** 2 - ((y - at[1]) / spread[1]) ** 2)
    mask = Image.fromarray((255 * spot).astype(np.uint8)).resize((width, height), Image.BICUBIC)
    image.paste((255, 255, 255), (0, 0), mask)
    return image


def moved(rng, image, pixels):
    """Blur of motion: the mean over a line of up to four pixels in some direction."""
    angle, size = rng.uniform(0, np.pi), 5
    kernel = np.zeros((size, size))
    for t in np.linspace(-pixels / 2, pixels / 2, 41):
        x, y = 2 + t * np.cos(angle), 2 + t * np.sin(angle)
        left, top = int(x), int(y)
        for u, v in ((0, 0), (1, 0), (0, 1), (1, 1)):
            if left + u < size and top + v < size:
                kernel[top + v, left + u] += abs(1 - u - x + left) * abs(1 - v - y + top)
    return image.filter(ImageFilter.Kernel((size, size), kernel.ravel().tolist(), kernel.sum()))


def noisy(rng, image, shot):
    """Noise of the sensor, more in brightness than in colour, and the colour cast."""
    width, height = image.size
    noise = rng.standard_normal(width * height, np.float32) * shot.noise
    grey = noise.reshape(height, width)
    cast = 1 + rng.uniform(-shot.cast, shot.cast, 3)
    bands = []
    for index, band in enumerate(image.split()):
        own = np.roll(grey, 977 * (index + 1), axis=1) * 0.4
        values = np.asarray(band, np.float32) * np.float32(cast[index]) + grey + own
        bands.append(Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)))
    return Image.merge("RGB", bands)


def turned(image, matrix, quarters):
    """The picture held otherwise, and the matrix that now leads into it."""
    for _ in range(quarters):
        width = image.size[0]
        image = image.transpose(Image.Transpose.ROTATE_90)
        matrix = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1.0]]) @ matrix
    return image, matrix


def zone_corners(flat, columns, lines):
    """On the flat page: half a character and half a line around the zone."""
    left, top = flat.first[0] - flat.step / 2, flat.first[1] - flat.line / 2
    right, bottom = left + columns * flat.step, top + lines * flat.line
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def page_corners(flat, _columns, _lines):
    width, height = flat.image.size
    return [(0, 0), (width, 0), (width, height), (0, height)]


def photograph(rng, person, shot, zone_only=False, corners_of=zone_corners):
    """The picture as JPEG bytes, and the zone's corners in it, first character's first, or other
    corners. With zone_only just the part around the zone is taken, for training."""
    page = draw.PAGES[person.form][:2]
    matrix = placed(rng, shot, page)
    corners = apply(matrix, [(0, page[1]), page])
    scale = float(np.clip(np.linalg.norm(corners[1] - corners[0]) / page[0] * 1.25, 14, 32))
    flat = draw.draw(rng, person, scale)
    matrix = matrix @ np.diag([1 / flat.scale, 1 / flat.scale, 1])
    zone = corners_of(flat, len(person.zone[0]), len(person.zone))
    if zone_only:
        at = apply(matrix, zone)
        low, high = at.min(axis=0) - 2 * shot.noise - 60, at.max(axis=0) + 2 * shot.noise + 60
        matrix = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ matrix
        shot = replace(shot, size=tuple(int(v) for v in high - low))
    back = np.linalg.inv(matrix)
    back = (back / back[2, 2]).ravel()[:8]
    warped = flat.image.transform(shot.size, Image.PERSPECTIVE, back, Image.BICUBIC)
    solid = Image.new("L", flat.image.size, 255).transform(shot.size, Image.PERSPECTIVE, back)
    image = table(rng, shot.size)
    image.paste(warped, (0, 0), solid)
    light = light_of(rng, shot, shot.size)
    image = ImageChops.multiply(image, Image.merge("RGB", [light] * 3))
    if shot.glare:
        image = with_glare(rng, image, shot.glare)
    if shot.blur:
        image = image.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.motion:
        image = moved(rng, image, shot.motion)
    image, matrix = turned(noisy(rng, image, shot), matrix, shot.turn)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=shot.quality)
    return out.getvalue(), apply(matrix, zone)
