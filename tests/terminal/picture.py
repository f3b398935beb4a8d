"""Draws a captured screen (`tmux capture-pane -e -p` on standard input) as SVG: picture.py WIDTH HEIGHT."""
import re
import sys
from xml.sax.saxutils import escape

CELL, ROW, MARGIN = 8.4, 18, 12
GROUND, INK = "#14171c", "#d6dae0"
COLOURS = {
    30: "#5c6370", 31: "#f0717a", 32: "#8fd07f", 33: "#e5c46b", 34: "#6cb3f5", 35: "#cf8fe6", 36: "#5fc4cf", 37: INK,
    90: "#8b93a0", 91: "#ff8b92", 92: "#a8e59b", 93: "#f2d78b", 94: "#8cc6ff", 95: "#dfa8f2", 96: "#84dbe4", 97: "#fff",
}
EIGHT_BIT = {**{n: COLOURS[30 + n] for n in range(8)}, **{n + 8: COLOURS[90 + n] for n in range(8)}}


def colour_of(number):
    if number in EIGHT_BIT:
        return EIGHT_BIT[number]
    if number >= 232:
        return "#" + f"{8 + (number - 232) * 10:02x}" * 3
    number -= 16
    return "#" + "".join(f"{0 if part == 0 else 55 + 40 * part:02x}"
                         for part in (number // 36, number // 6 % 6, number % 6))


class Pen:
    def __init__(self):
        self.colour, self.bold, self.inverse, self.underline = None, False, False, False

    def take(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 4, 7):
                setattr(self, {1: "bold", 4: "underline", 7: "inverse"}[code], True)
            elif code in COLOURS:
                self.colour = COLOURS[code]
            elif code == 39:
                self.colour = None
            elif code == 38 and codes[:1] == [5]:
                self.colour = colour_of(codes[1])
                codes = codes[2:]
            elif code == 38 and codes[:1] == [2]:
                self.colour = "#%02x%02x%02x" % tuple(codes[1:4])
                codes = codes[4:]


def runs(line, pen):
    column = 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            pen.take(part[2:-1])
        elif part:
            yield column, part
            column += len(part)


def draw(width, height, lines):
    wide, high = width * CELL + 2 * MARGIN, height * ROW + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
          f'aria-label="assist monitor on a terminal" font-family="ui-monospace, Menlo, Consolas, monospace" '
          f'font-size="14">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>')
    pen = Pen()
    for number, line in enumerate(lines[:height]):
        for column, text in runs(line, pen):
            x, y = MARGIN + column * CELL, MARGIN + number * ROW
            ink = pen.colour or INK
            if pen.inverse:
                print(f'<rect x="{x:.1f}" y="{y}" width="{len(text) * CELL:.1f}" height="{ROW}" fill="{ink}"/>')
                ink = GROUND
            shown = text.strip(" ")
            if not shown:
                continue
            x += (len(text) - len(text.lstrip(" "))) * CELL
            more = (' font-weight="bold"' if pen.bold else "") + (
                ' text-decoration="underline"' if pen.underline else "")
            print(f'<text x="{x:.1f}" y="{y + 13}" fill="{ink}" textLength="{len(shown) * CELL:.1f}" '
                  f'xml:space="preserve"{more}>{escape(shown)}</text>')
    print("</svg>")


draw(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.read().split("\n"))
