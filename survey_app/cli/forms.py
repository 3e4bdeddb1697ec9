"""Commands for questionnaires as files: in and out, what changed, what the doctor says and how often it is right."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import publishing
from ..errors import N_, SurveyError
from ..forms import changes, doctor, proof
from ..forms.changes import Change
from ..forms.definition import Questionnaire, Text, say
from ..forms.doctor import evaluating
from ..forms.exchange import dump_json, dump_yaml, foreign
from ..forms.exchange.assembling import Imported
from ..forms.exchange.sketch import OUTCOMES, Source
from ..forms.remarks import Remark
from ..store.database import reading, writing
from ..store.tabular import sheets
from .installation import find_survey, note, opened
from .words import language, t
from .words import say as tell

WRITERS: dict[str, Callable[[Questionnaire], str]] = {".json": dump_json, ".yaml": dump_yaml, ".yml": dump_yaml}
EITHER = N_("a file, or a survey of this installation: its number, public id or name, with :3 or :draft behind it")


def add(commands: Any) -> None:
    group = commands.add_parser("questionnaire", help=t("questionnaires as files")).add_subparsers(required=True)
    _add_files(group)
    told = group.add_parser("diff", help=t("what changed between two questionnaires, and where a trend breaks"))
    told.add_argument("before", help=t(EITHER))
    told.add_argument("after", help=t(EITHER))
    told.add_argument("--json", action="store_true", dest="is_json", help=t("as JSON"))
    _for_demo(told)
    told.set_defaults(run=_diff)
    looked = group.add_parser("lint", help=t("what the doctor says about a questionnaire; exit code 1 for errors"))
    looked.add_argument("questionnaire", help=t(EITHER))
    looked.add_argument("--json", action="store_true", dest="is_json", help=t("as JSON"))
    _for_demo(looked)
    looked.set_defaults(run=_lint)
    proven = group.add_parser("prove", help=t("all ways through a questionnaire; exit code 1 where something is wrong"))
    proven.add_argument("questionnaire", help=t(EITHER))
    proven.add_argument("--json", action="store_true", dest="is_json", help=t("as JSON"))
    _for_demo(proven)
    proven.set_defaults(run=_prove)
    judged = group.add_parser("doctor-evaluate", help=t("how well the doctor finds what people have marked"))
    judged.add_argument("file", type=Path)
    judged.add_argument("--json", action="store_true", dest="is_json", help=t("figures as JSON"))
    judged.set_defaults(run=_evaluate)


def _add_files(group: Any) -> None:
    given = group.add_parser("export", help=t("a draft or a version as a file"))
    given.add_argument("questionnaire", help=t(EITHER))
    given.add_argument("--out", type=Path, required=True, help=t("the file to write: .yaml or .json"))
    _for_demo(given)
    given.set_defaults(run=_export)
    taken = group.add_parser("import", help=t("a file of ours or of another tool, with a report"))
    taken.add_argument("file", type=Path)
    taken.add_argument("--out", type=Path, help=t("write a file (.yaml or .json) and no survey"))
    taken.add_argument("--survey", help=t("the survey whose draft is replaced; without it a new one is made"))
    _for_demo(taken)
    taken.set_defaults(run=_import)


def _for_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help=t("work on the demo's data"))


def _read(path: Path) -> Imported:
    data = path.read_bytes()
    return foreign.read(Source(path.name, data, lambda: sheets(data)))


def _questionnaire(wanted: str, *, is_demo: bool) -> Questionnaire:
    """What a file holds, or a survey of this installation."""
    if Path(wanted).is_file():
        return _read(Path(wanted)).questionnaire
    if Path(wanted).suffix and "/" in wanted:
        raise FileNotFoundError(2, "", wanted)
    name, mark, version = wanted.rpartition(":")
    is_said = bool(mark) and (version.isdecimal() or version == publishing.DRAFT)
    with opened(is_demo=is_demo) as (engine, _config), reading(engine) as session:
        survey = find_survey(session, name if is_said else wanted)
        return publishing.found(session, survey, version if is_said else publishing.DRAFT)


def _writer(path: Path) -> Callable[[Questionnaire], str]:
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise SurveyError("file-kind", N_("The file to write ends in .yaml or .json."))
    return write


def _export(given: argparse.Namespace) -> int:
    write = _writer(given.out)
    given.out.write_text(write(_questionnaire(given.questionnaire, is_demo=given.demo)), "utf-8")
    tell(t("%(file)s written.", file=given.out.name))
    return 0


def _import(given: argparse.Namespace) -> int:
    """Prints what came over, what was changed and what could not. Only `--out` needs no database."""
    write = _writer(given.out) if given.out else None
    made = _read(given.file)
    for line in made.notes:
        values = {name: t(value) if name == "type" else value for name, value in line.values.items()}
        tell(f"{line.where}: {t(OUTCOMES[line.outcome])}: {t(line.message, **values)}")
    count = sum(len(page.items) for page in made.questionnaire.pages)
    if write:
        given.out.write_text(write(made.questionnaire), "utf-8")
        tell(t("%(count)s questions written to %(file)s.", count=count, file=given.out.name))
        return 0
    with opened(is_demo=given.demo) as (engine, _config), writing(engine) as session:
        if given.survey:
            survey = find_survey(session, given.survey)
            publishing.save_draft(session, survey, made.questionnaire, revision=survey.draft_revision)
        else:
            survey = publishing.create_survey(session, "", made.questionnaire)
        note(session, "survey.imported", "survey", survey.id)
        tell(t("%(count)s questions are the draft of survey %(id)s, %(name)s.",
               count=count, id=survey.id, name=survey.name))  # fmt: skip
    return 0


# -- what changed, what the doctor says ------------------------------------------------------------------------


def _diff(given: argparse.Namespace) -> int:
    before, after = (_questionnaire(one, is_demo=given.demo) for one in (given.before, given.after))
    found = changes.between(before, after)
    if given.is_json:
        tell(json.dumps([_change(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    for one in found:
        words = _change(one)
        tell(f"{words['key'] or '·'}: {words['change']}")
        for mark, text in (("-", words["before"]), ("+", words["after"])):
            if text:
                tell(f"    {mark} {text}")
        if one.reason:
            tell(f"    {t('Breaks the trend.') if one.breaks else t('Comparable.')} {words['reason']}")
    if not found:
        tell(t("There is no difference."))
    return 0


def _change(one: Change) -> dict[str, Any]:
    sides = [
        t(side) if isinstance(side, str) and side else say(side or {}, language()) for side in (one.before, one.after)
    ]
    return {
        "key": one.key, "kind": one.kind, "change": t(one.message, **one.values), "before": sides[0],
        "after": sides[1], "breaks": one.breaks, "reason": t(one.reason) if one.reason else "",
    }  # fmt: skip


def _words(side: Text | str) -> str:
    return say(side, language()) if isinstance(side, dict) else t(side) if side else ""


def _lint(given: argparse.Namespace) -> int:
    looked_at = _questionnaire(given.questionnaire, is_demo=given.demo)
    remarks = doctor.look(looked_at)
    if given.is_json:
        said = [
            {"level": one.level, "place": _place(one), "field": one.field, "rule": one.rule, "message": _said(one)}
            | ({"instead": [say(item.text, language()) for item in one.rewrite]} if one.rewrite else {})
            for one in remarks
        ]
        tell(
            json.dumps({"minutes": round(doctor.minutes(looked_at), 2), "remarks": said}, ensure_ascii=False, indent=2)
        )
    else:
        for one in remarks:
            tell(f"{_place(one)}: {t('error') if one.is_error else t('warning')}: {_said(one)}")
            for item in one.rewrite:
                tell(f"    → {say(item.text, language())}")
        tell(t("%(count)s remarks; about %(minutes)s minutes to answer.",
               count=len(remarks), minutes=f"{doctor.minutes(looked_at):.1f}"))  # fmt: skip
    return int(any(one.is_error for one in remarks))


def _prove(given: argparse.Namespace) -> int:
    found = proof.prove(_questionnaire(given.questionnaire, is_demo=given.demo))
    if given.is_json:
        said = [{"level": one.level, "place": _place(one), "message": _said(one)} for one in found.remarks]
        tell(json.dumps({**asdict(found), "remarks": said}, ensure_ascii=False, indent=2))
    else:
        for one in found.remarks:
            tell(f"{_place(one)}: {t('error') if one.is_error else t('warning')}: {_said(one)}")
        if not found.stopped_at:
            span = {"shortest": f"{found.shortest:.1f}", "longest": f"{found.longest:.1f}"}
            message = "All ways were walked, at most %(states)s at a time; %(shortest)s to %(longest)s minutes."
            tell(t(message, states=found.most_states, **span))
    return int(any(one.is_error for one in found.remarks) or bool(found.stopped_at))


def _place(one: Remark) -> str:
    if one.item:
        return one.item
    if one.ending is not None:
        return f"endings[{one.ending}]"
    return f"pages[{one.page}]" if one.page is not None else "·"


def _said(one: Remark) -> str:
    return t(one.message, **{key: t(value) if isinstance(value, str) else value for key, value in one.values.items()})


def _evaluate(given: argparse.Namespace) -> int:
    judged = evaluating.judge(given.file.read_bytes())
    figures = evaluating.count(judged)
    if given.is_json:
        tell(json.dumps(figures))
        return 0
    for one in judged:
        if one.level == "core" and one.missing:
            tell(t("%(id)s: not found: %(rules)s", id=one.id, rules=", ".join(one.missing)))
        elif one.level == "hard_negative" and one.raised:
            tell(t("%(id)s: raised without reason: %(rules)s", id=one.id, rules=", ".join(one.raised)))
    tell(t("%(core_found)s of %(core_total)s found.", **figures))
    tell(t("%(hard_negative_flagged)s of %(hard_negative_total)s raised without reason.", **figures))
    return 0
