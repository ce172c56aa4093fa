"""A workbook (.xlsx) read: its sheets, and the cells of one as they stand in the file, row by row.

Office Open XML, ECMA-376 part 1, transitional and strict: both have the same elements in other namespaces, so that
elements are known by their local names. Nothing is kept of what has been passed: a sheet may be larger than memory.
"""

import posixpath
import zipfile
from collections.abc import Iterator, Mapping

from negotiation.documents.spreadsheets.cells import Range, Row, SheetPart
from negotiation.documents.spreadsheets.number_formats import (
    BUILT_IN,
    Code,
)
from negotiation.documents.spreadsheets.sheet_rows import CellValues, SheetReader
from negotiation.documents.spreadsheets.xml_events import OfText, Start, parsed


class PackagedWorkbook:
    """A workbook that is open: its sheets in their order, and by which epoch it counts days."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        (main,) = [target for kind, target in self._related("") if kind == "officeDocument"]
        self.is_1904 = self.is_recounted = False
        self._named: list[tuple[str, bool, str]] = []
        self._parse(main, self._of_workbook)
        targets = {id: target for id, (_, target) in self._relations(main).items()}
        parts = set(archive.namelist())
        self.sheets = [SheetPart(name, shown, targets[id]) for name, shown, id in self._named if targets[id] in parts]
        others = dict(self._related(main))
        codes = self._read_codes(others["styles"]) if "styles" in others else []
        texts = self._read_texts(others["sharedStrings"]) if "sharedStrings" in others else []
        self.values = CellValues(codes, texts, self.is_1904)

    def _parse(self, part: str, start: Start, *, end: OfText | None = None, text: OfText | None = None) -> None:
        with self._archive.open(part) as file:
            for _ in parsed(file, start, end=end, text=text):
                pass

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part, by id: their kind and the part that is meant."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (posixpath.basename(attributes["Type"]), target)

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self._archive.namelist():
            self._parse(relations, start)
        return found

    def _related(self, part: str) -> list[tuple[str, str]]:
        return list(self._relations(part).values())

    def _of_workbook(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            self.is_1904 = _is_true(attributes.get("date1904"))
        elif tag == "calcPr":
            self.is_recounted = _is_true(attributes.get("fullCalcOnLoad"))
        elif tag == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            id = next(value for key, value in attributes.items() if key.endswith(" id"))  # r:id, by its namespace
            self._named.append((attributes["name"], visible, id))

    def _read_codes(self, part: str) -> list[Code]:
        """The format codes of the cell styles, in their order."""
        own: dict[int, str] = {}
        used: list[int] = []
        inside = ""

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt":
                own.setdefault(int(attributes["numFmtId"]), attributes["formatCode"])
            elif tag in ("cellXfs", "cellStyleXfs", "dxfs"):
                inside = tag
            elif tag == "xf" and inside == "cellXfs":
                used.append(int(attributes.get("numFmtId", "0")))

        self._parse(part, start)
        return [own[each] if each in own else BUILT_IN.get(each, each) for each in used]

    def _read_texts(self, part: str) -> list[str]:
        """The shared texts; how a Chinese or Japanese text is pronounced is no part of it."""
        texts: list[str] = []
        pieces: list[str] = []
        taken = spoken = False

        def start(tag: str, _attributes: Mapping[str, str]) -> None:
            nonlocal taken, spoken
            spoken = spoken or tag == "rPh"
            taken = tag == "t" and not spoken

        def end(tag: str) -> None:
            nonlocal taken, spoken
            taken, spoken = False, spoken and tag != "rPh"
            if tag == "si":
                texts.append("".join(pieces).replace("x005F_", ""))
                pieces.clear()

        self._parse(part, start, end=end, text=lambda text: pieces.append(text) if taken else None)
        return texts

    def read(self, sheet: SheetPart) -> Iterator[Row | Range]:
        """The rows of a sheet that are not empty, and its ranges; the merged ones come after the rows.

        Raises NegotiationError for rows that are out of order or too many; ValueError, KeyError and the errors of
        ``zipfile`` and ``expat`` for what is damaged.
        """
        with self._archive.open(sheet.part) as file:
            reader = SheetReader(sheet.name, self.values, is_recounted=self.is_recounted)
            for _ in parsed(file, reader.start, end=reader.end, text=reader.text):
                yield from reader.take()


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")
