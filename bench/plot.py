# Plots as SVG files, by string alone: bars against a common zero, and lines over a logarithmic
# axis. It exists so that the page of figures has pictures without a plotting library. It chooses
# no colour by meaning and knows nothing of what is drawn.
import math

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 76, 20, 44, 58
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a5195", "#b8860b")
STYLE = ("text{font:13px sans-serif;fill:#222}.t{font-size:15px;font-weight:bold}"
         ".g{stroke:#ddd}.a{stroke:#444}.m{font-size:12px}")


def escape(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def nice_steps(highest):
    """Round values from 0 to just above the highest, about five of them."""
    raw = max(highest, 1e-9) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= raw)
    return [step * i for i in range(math.ceil(highest / step) + 1)]


def number(value):
    """As short as it is clear: 1.5k, 20k, 0.25."""
    if value >= 1e6:
        return "%gM" % (value / 1e6)
    if value >= 1e3:
        return "%gk" % (value / 1e3)
    return "%g" % round(value, 3)


class Canvas:
    def __init__(self, title, y_label, x_label, height=HEIGHT):
        self.height = height
        self.parts = ['<text class="t" x="%d" y="24">%s</text>' % (LEFT, escape(title))]
        self.text(16, TOP + (height - TOP - BOTTOM) / 2, y_label, "middle", rotate=True)
        self.text(LEFT + (WIDTH - LEFT - RIGHT) / 2, height - 10, x_label, "middle")

    def text(self, x, y, text, anchor="start", rotate=False, kind="m"):
        turn = ' transform="rotate(-90 %.1f %.1f)"' % (x, y) if rotate else ""
        self.parts.append('<text class="%s" x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>' % (
            kind, x, y, anchor, turn, escape(text)))

    def line(self, x1, y1, x2, y2, kind="g"):
        self.parts.append('<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>' % (
            kind, x1, y1, x2, y2))

    def y_axis(self, highest):
        """Draws the grid; answers the function from a value to its height on the page."""
        steps = nice_steps(highest)
        bottom = self.height - BOTTOM

        def place(value):
            return bottom - (bottom - TOP) * value / steps[-1]
        for step in steps:
            self.line(LEFT, place(step), WIDTH - RIGHT, place(step), "a" if step == 0 else "g")
            self.text(LEFT - 8, place(step) + 4, number(step), "end")
        return place

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" '
                       'width="%d" height="%d"><style>%s</style>'
                       '<rect width="100%%" height="100%%" fill="#fff"/>%s</svg>\n' % (
                           WIDTH, self.height, WIDTH, self.height, STYLE, "".join(self.parts)))


def bars(path, title, y_label, x_label, rows):
    """`rows`: (name, value, lowest, highest); the whisker is the spread between rounds."""
    canvas = Canvas(title, y_label, x_label)
    place = canvas.y_axis(max(high for _, _, _, high in rows))
    width = (WIDTH - LEFT - RIGHT) / len(rows)
    for i, (name, value, low, high) in enumerate(rows):
        x = LEFT + width * i
        canvas.parts.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>' % (
            x + width * 0.18, place(value), width * 0.64, place(0) - place(value), COLOURS[0]))
        canvas.line(x + width / 2, place(low), x + width / 2, place(high), "a")
        canvas.text(x + width / 2, place(high) - 6, number(float("%.3g" % value)), "middle")
        canvas.text(x + width / 2, place(0) + 18, name, "middle")
    canvas.save(path)


def lines(path, title, y_label, x_label, series, floor=None):
    """`series`: name → [(x, y)], over a logarithmic x axis. `floor`: (name, y), a dashed bound."""
    canvas = Canvas(title, y_label, x_label)
    points = [p for row in series.values() for p in row]
    place = canvas.y_axis(max([y for _, y in points] + ([floor[1]] if floor else [])))
    xs = sorted({x for x, _ in points})
    low, high = math.log10(xs[0]), math.log10(xs[-1])

    def across(x):
        share = (math.log10(x) - low) / (high - low) if high > low else 0.5
        return LEFT + 24 + (WIDTH - LEFT - RIGHT - 48) * share
    for x in xs:
        canvas.text(across(x), canvas.height - BOTTOM + 18, number(x), "middle")
    for i, (name, row) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        canvas.parts.append('<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>' % (
            colour, " ".join("%.1f,%.1f" % (across(x), place(y)) for x, y in sorted(row))))
        for x, y in row:
            canvas.parts.append('<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>' % (
                across(x), place(y), colour))
        canvas.parts.append('<rect x="%d" y="30" width="12" height="12" fill="%s"/>' % (
            LEFT + 150 * i, colour))
        canvas.text(LEFT + 150 * i + 17, 41, name)
    if floor:
        y = place(floor[1])
        canvas.parts.append('<line stroke="#000" stroke-dasharray="5 4" x1="%d" y1="%.1f" '
                            'x2="%d" y2="%.1f"/>' % (LEFT, y, WIDTH - RIGHT, y))
        canvas.text(WIDTH - RIGHT - 4, y - 5, floor[0], "end")
    canvas.save(path)


def percentiles(path, title, rows):
    """`rows`: name → {p50, p90, p99, p99.9} in ms; one line each over the share of requests."""
    places = {"p50": 2, "p90": 10, "p99": 100, "p99.9": 1000}  # 1 in so many is slower
    lines(path, title, "milliseconds", "one request in so many is slower",
          {name: [(places[p], ms[p]) for p in places] for name, ms in rows.items()})
