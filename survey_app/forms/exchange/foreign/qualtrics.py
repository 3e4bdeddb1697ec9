"""Qualtrics: surveys as it exports them (.qsf, JSON)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from ....errors import N_
from ...definition import Text
from ...types._shapes import (
    Grid,
    Order,
    Pick,
    Quantity,
    Scale,
    ScaleGrid,
    Shape,
    Shares,
    Shown,
    Upload,
    Written,
)
from ..conditions import Rule, ref
from ..plainly import language_of, plain
from ..sketch import Sketch, SketchItem, SketchPage, Source
from ._qualtrics_logic import condition_of
from .base import Format, json_of, listed, mapped, whole
from .options import Codes, is_scale


class Qualtrics(Format):
    name = "qualtrics"
    label = "Qualtrics (.qsf)"
    piped = re.compile(r"\$\{(?:[em]://(?:Field/)?(?P<attribute>\w+)|q://(?P<item>QID\d+)/[^}]*)\}")
    rules: ClassVar[tuple[Rule, ...]] = ((re.compile(r"\$(\w+)"), lambda match: ref(match[1])),)

    def recognises(self, source: Source) -> bool:
        return source.start.startswith(b"{") and b'"SurveyElements"' in source.data

    def read(self, source: Source) -> Sketch:
        return _Reader(json_of(source)).survey()


class _Reader:
    """Reads one file: blocks in the order of the flow, their page breaks, and the questions in them."""

    def __init__(self, parsed: dict[str, Any]) -> None:
        self.entry = mapped(parsed.get("SurveyEntry"))
        self.own = language_of(str(self.entry.get("SurveyLanguage") or "EN")) or "en"
        self.elements = [mapped(one) for one in listed(parsed.get("SurveyElements"))]
        self.questions = {
            str(one.get("PrimaryAttribute")): mapped(one.get("Payload"))
            for one in self.elements
            if one.get("Element") == "SQ"
        }

    def survey(self) -> Sketch:
        sketch = Sketch({self.own: plain(self.entry.get("SurveyName")) or "Qualtrics"})
        blocks = {str(block.get("ID")): block for block in self.blocks() if block.get("Type") != "Trash"}
        for block in self.ordered(blocks, sketch):
            self.block(block, sketch)
        if any(one.get("Element") == "QO" for one in self.elements):
            sketch.lose("Quotas", N_("“%(part)s” of the file has no place here."), part="Quotas")
        return sketch

    def blocks(self) -> Iterator[dict[str, Any]]:
        for one in self.elements:
            if one.get("Element") == "BL":
                payload = one.get("Payload")
                yield from map(mapped, payload.values() if isinstance(payload, dict) else listed(payload))

    def ordered(self, blocks: dict[str, dict[str, Any]], sketch: Sketch) -> list[dict[str, Any]]:
        """Blocks as the flow walks them; branches and random parts of the flow are said to be lost."""
        flow = next((mapped(one.get("Payload")) for one in self.elements if one.get("Element") == "FL"), {})
        found = list(dict.fromkeys(self.walk(flow, sketch, depth=0)))
        known = [blocks[name] for name in found if name in blocks]
        return known or list(blocks.values())

    def walk(self, node: dict[str, Any], sketch: Sketch, *, depth: int) -> Iterator[str]:
        for step in map(mapped, listed(node.get("Flow"))):
            kind = str(step.get("Type") or "")
            if kind in ("Block", "Standard"):
                yield str(step.get("ID"))
            elif kind in LOST_FLOW:
                sketch.lose(f"Flow: {kind}", LOST_FLOW[kind])
            if depth < 20:
                yield from self.walk(step, sketch, depth=depth + 1)

    def block(self, block: dict[str, Any], sketch: Sketch) -> None:
        page = SketchPage()
        sketch.pages.append(page)
        if mapped(block.get("Options")).get("Looping") not in (None, "None"):
            sketch.lose(str(block.get("Description")), N_("Its questions are asked once; they are not repeated here."))
        for part in map(mapped, listed(block.get("BlockElements"))):
            if part.get("Type") == "Page Break":
                page = SketchPage()
                sketch.pages.append(page)
            elif part.get("Type") == "Question":
                qid = str(part.get("QuestionID"))
                if qid in self.questions:
                    page.items += self.question(qid, self.questions[qid])

    def question(self, qid: str, said: dict[str, Any]) -> list[SketchItem]:
        where = str(said.get("DataExportTag") or qid)
        item = SketchItem(where, Shape(), where, qid)
        item.text = self.words(said, "QuestionText")
        settings = mapped(mapped(said.get("Validation")).get("Settings"))
        item.is_required = settings.get("ForceResponse") in ("ON", "RequestResponse")
        item.condition = condition_of(said.get("DisplayLogic"), said_by=self.questions)
        if mapped(said.get("Randomization")).get("Type") not in (None, "None"):
            item.note("lost", N_("Its options keep their order; they are not shuffled."))
        if said.get("QuestionJS"):
            item.note("lost", N_("Its script is not run."))
        kind, selector = str(said.get("QuestionType") or ""), str(said.get("Selector") or "")
        make = KINDS.get((kind, selector)) or KINDS.get((kind, ""))
        if make is None:
            item.note("lost", N_("“%(kind)s” is not known here."), kind=f"{kind} {selector}".strip()[:40])
            return [item]
        return make(self, item, said)

    def words(self, said: dict[str, Any], field: str) -> Text:
        """A text with its translations."""
        made: Text = {self.own: plain(said.get(field))}
        for name, spoken in mapped(said.get("Language")).items():
            language = language_of(str(name))
            if language and (words := plain(mapped(spoken).get(field))):
                made.setdefault(language, words)
        return {language: words for language, words in made.items() if words}

    def options(self, said: dict[str, Any], field: str, order: str) -> Codes:
        """Choices or answers in their order, with the value that the data has for each."""
        given = said.get(field)
        choices = mapped(given) or {str(n): one for n, one in enumerate(listed(given), 1)}
        names = [str(name) for name in listed(said.get(order))] or list(choices)
        codes = Codes()
        for name in (one for one in names if one in choices):
            choice = mapped(choices[name])
            value = str(mapped(said.get("RecodeValues")).get(name, name)) if field == "Choices" else name
            text = {self.own: plain(choice.get("Display"))}
            for spoken, words in mapped(said.get("Language")).items():
                display = mapped(mapped(mapped(words).get(field)).get(name)).get("Display")
                if (language := language_of(str(spoken))) and display:
                    text.setdefault(language, plain(display))
            exclusive = choice.get("ExclusiveAnswer") in (True, "true")
            codes.add(value, text, is_other=choice.get("TextEntry") in (True, "true"), is_exclusive=exclusive)
            codes.renamed.setdefault(f"#{name}", codes.options[-1].code)
        return _with_one_other(codes)

    # -- kinds ------------------------------------------------------------------------------------------
    def pick(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        codes, selector = self.options(said, "Choices", "ChoiceOrder"), str(said.get("Selector"))
        is_multiple = selector in ("MAVR", "MAHR", "MACOL", "MSB")
        settings = mapped(mapped(said.get("Validation")).get("Settings"))
        least, most = whole(settings.get("MinChoices"), 0), whole(settings.get("MaxChoices"), 0)
        looks = "dropdown" if selector in ("DL", "SB") else ""
        item.shape = Pick(codes.made, is_multiple, least or None, most or None, looks)
        item.codes = codes.renamed
        return [item]

    def recommend(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        item.shape = Scale(0, 10, *self.ends(said))
        item.codes = {f"#{number}": str(number) for number in range(11)}
        return [item]

    def ends(self, said: dict[str, Any]) -> tuple[Text, Text]:
        labels = [mapped(one) for one in listed(said.get("ColumnLabels"))]
        found = [{self.own: words} if (words := plain(one.get("Display"))) else {} for one in labels]
        return (found[0], found[-1]) if len(found) > 1 else ({}, {})

    def written(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        settings = mapped(mapped(said.get("Validation")).get("Settings"))
        kind = str(settings.get("ContentType") or "")
        if kind == "ValidNumber":
            item.shape = Quantity(decimals=2)
        else:
            pattern = "email" if kind == "ValidEmail" else ""
            item.shape = Written(said.get("Selector") in ("ML", "ESTB"), pattern=pattern)
        return [item]

    def form(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        """Several fields under one question become questions of their own."""
        made = []
        for option in self.options(said, "Choices", "ChoiceOrder").options:
            one = SketchItem(f"{item.name}_{option.code}", Written(), f"{item.where}: {option.code}")
            one.text = {k: f"{item.text.get(k, '')} {words}".strip() for k, words in option.text.items()}
            one.is_required, one.condition = item.is_required, item.condition
            one.note("changed", N_("It is a question of its own here."))
            made.append(one)
        return made

    def grid(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        rows, columns = self.options(said, "Choices", "ChoiceOrder"), self.options(said, "Answers", "AnswerOrder")
        item.codes = rows.renamed
        points = is_scale(option.code for option in columns.options)
        if points and said.get("SubSelector") != "MultipleAnswer":
            ends = Scale(1, points, columns.made[0].text, columns.made[-1].text)
            item.shape = ScaleGrid(rows.made, ends)
            if points > 2:
                item.note("changed", N_("Only the words at the two ends of its scale are shown."))
        else:
            item.shape = Grid(rows.made, columns.made, said.get("SubSelector") == "MultipleAnswer")
        return [item]

    def slider(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        """One slider a row; with a single row it is a number."""
        settings = mapped(said.get("Configuration"))
        low, high = float(whole(settings.get("CSSliderMin"), 0)), float(whole(settings.get("CSSliderMax"), 100))
        rows = self.options(said, "Choices", "ChoiceOrder").options
        if len(rows) < 2:
            item.shape = Quantity(low, high, looks="slider")
            return [item]
        made = self.form(item, said)
        for one in made:
            one.shape = Quantity(low, high, looks="slider")
        return made

    def order(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        codes = self.options(said, "Choices", "ChoiceOrder")
        item.shape, item.codes = Order(codes.made), codes.renamed
        return [item]

    def shares(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        codes = self.options(said, "Choices", "ChoiceOrder")
        total = mapped(mapped(said.get("Validation")).get("Settings")).get("ChoiceTotal")
        item.shape = Shares(codes.made, whole(total, 100))
        return [item]

    def shown(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        item.shape = Shown()
        return [item]

    def upload(self, item: SketchItem, said: dict[str, Any]) -> list[SketchItem]:
        item.shape = Upload(is_signature=said.get("QuestionType") == "Draw")
        return [item]


def _with_one_other(codes: Codes) -> Codes:
    """Only the last option with a line to write in keeps it."""
    writing = [n for n, option in enumerate(codes.options) if option.is_other]
    for number in writing[:-1]:
        codes.options[number] = replace(codes.options[number], is_other=False)
    return codes


Make = Callable[[_Reader, SketchItem, dict[str, Any]], list[SketchItem]]
LOST_FLOW = {
    "Branch": N_("A branch of the flow has to be built anew with conditions; its blocks are shown to everybody."),
    "BlockRandomizer": N_("Its blocks keep their order; they are not shuffled."),
    "EmbeddedData": N_("Data handed over with the link are attributes of the customer here."),
    "WebService": N_("No other server is asked during a survey."),
    "Quota": N_("Quotas have to be set anew."),
}
KINDS: dict[tuple[str, str], Make] = {
    ("MC", ""): _Reader.pick, ("MC", "NPS"): _Reader.recommend, ("TE", ""): _Reader.written,
    ("TE", "FORM"): _Reader.form, ("Matrix", "Likert"): _Reader.grid, ("Matrix", "Bipolar"): _Reader.grid,
    ("Slider", ""): _Reader.slider, ("RO", ""): _Reader.order, ("CS", ""): _Reader.shares, ("DB", ""): _Reader.shown,
    ("FileUpload", ""): _Reader.upload, ("Draw", ""): _Reader.upload,
}  # fmt: skip
