"""Just enough of PDF to read back what typst wrote: objects, streams, fonts, text, tags."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"^(.*?)stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_PLAIN = rb"(?:\\.|[^\\()])*"
_LITERAL = rb"\((" + _PLAIN + rb"(?:\(" + _PLAIN + rb"\)" + _PLAIN + rb")*)\)"
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9a-fA-F]+)>|" + _LITERAL, re.DOTALL)


class Pdf:
    """One file, read whole."""

    def __init__(self, content):
        self.objects = {}
        self.streams = {}
        for number, body in _OBJECT.findall(content):
            self._object(int(number), body)

    def _object(self, number, body):
        found = _STREAM.match(body)
        if found is None:
            self.objects[number] = body
            return
        head, data = found.groups()
        if b"FlateDecode" in head:
            data = zlib.decompress(data)
        self.objects[number] = head
        self.streams[number] = data
        if b"/ObjStm" in head:
            first = int(re.search(rb"/First (\d+)", head)[1])
            index = [int(part) for part in data[:first].split()]
            places = [*index[1::2], len(data) - first]
            for place, inner in enumerate(index[::2]):
                self.objects[inner] = data[first + places[place] : first + places[place + 1]]

    @property
    def whole(self):
        """Every dictionary, as bytes."""
        return b"\n".join(self.objects.values())

    @property
    def metadata(self):
        """The XMP packet."""
        return next(data.decode() for data in self.streams.values() if b"x:xmpmeta" in data)

    def text(self):
        """What the pages say, in the order it was drawn, without blanks and line ends."""
        return "".join(self._page(body) for body in self._pages())

    def _pages(self):
        order = re.search(rb"/Kids ?\[(.*?)\]", self._first(rb"/Type ?/Pages\b"))[1]
        return [self.objects[int(ref)] for ref in re.findall(rb"(\d+) 0 R", order)]

    def _first(self, pattern):
        return next(body for body in self.objects.values() if re.search(pattern, body))

    def _page(self, body):
        fonts = self._fonts(body)
        contents = re.findall(rb"/Contents ?\[?((?:\d+ 0 R ?)+)", body)[0]
        data = b"".join(self.streams[int(ref)] for ref in re.findall(rb"(\d+) 0 R", contents))
        words, font = [], {}
        for found in _SHOWN.finditer(data):
            if found[1]:
                font = fonts.get(found[1], {})
            elif found[2]:
                words.append(_decoded(bytes.fromhex(found[2].decode()), font))
            elif found[3]:
                words.append(_decoded(_literal(found[3]), font))
        return "".join(words)

    def _fonts(self, page):
        resources = re.search(rb"/Resources (\d+) 0 R", page)
        body = self.objects[int(resources[1])] if resources else page
        listed = re.search(rb"/Font ?<<(.*?)>>", body, re.DOTALL)
        if listed is None:
            ref = re.search(rb"/Font (\d+) 0 R", body)
            listed = re.search(rb"<<(.*?)>>", self.objects[int(ref[1])], re.DOTALL)
        return {
            name: self._letters(int(ref))
            for name, ref in re.findall(rb"/(\w+) (\d+) 0 R", listed[1])
        }

    def _letters(self, font):
        ref = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        found = {}
        if ref is None:
            return found
        table = self.streams[int(ref[1])]
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for glyph, text in re.findall(rb"<(\w+)> *<(\w+)>", block):
                found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for low, high, text in re.findall(rb"<(\w+)> *<(\w+)> *<(\w+)>", block):
                start = int(text, 16)
                for step in range(int(high, 16) - int(low, 16) + 1):
                    found[int(low, 16) + step] = chr(start + step)
        return found


def _decoded(data, font):
    if len(data) % 2:
        return ""  # not glyphs: a language or an attribute
    return "".join(font.get(data[at] * 256 + data[at + 1], "?") for at in range(0, len(data), 2))


def _literal(data):
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(found):
        rest = found[1]
        return bytes([int(rest, 8)]) if rest[:1].isdigit() else named.get(rest, rest)

    return re.sub(rb"\\(\d{1,3}|.)", one, data, flags=re.DOTALL)


def squeezed(text):
    """Text without blanks: lines are broken where the page is full."""
    return re.sub(r"\s+", "", text)
