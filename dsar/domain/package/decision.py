"""The machine's form of what was decided: measures, weighing, refusal, recipients."""

import json

from dsar.domain.package.answer import Answer, MeasureAnswer
from dsar.domain.package.cells import plain
from dsar.domain.package.manifest import head


def decides(answer: Answer) -> bool:
    """Say whether something was decided that the findings alone do not tell."""
    return answer.is_decision or answer.weighed is not None


def decision_json(answer: Answer) -> str:
    """Return what was decided as it stands in the package, in stable English keys."""
    weighed, refused = answer.weighed, answer.refused
    document = head(answer, "decision") | {
        "outcome": answer.outcome,
        "measures": [_measure(each) for each in answer.measures],
        "weighed": weighed
        and {
            "ground": weighed.ground,
            "result": weighed.result,
            "texts": dict(weighed.texts),
        },
        "refused": refused
        and {
            "ground": refused.ground,
            "provision": refused.provision,
            "explanation": refused.explanation,
            "still_given": refused.still_given,
        },
        "left_out": [
            {
                "what": each.what,
                "system_name": each.system,
                "why": each.why,
                "count": each.count,
            }
            for each in answer.left_out
        ],
        "recipients": [
            {"name": each.name, "system_name": each.system, "reason": each.reason}
            for each in answer.recipients
        ],
    }
    return json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n"


def _measure(measure: MeasureAnswer) -> dict[str, object]:
    return {
        "act": str(measure.act),
        "system_name": measure.system,
        "texts": dict(measure.texts),
        "provision": measure.provision,
        "keep_until_on": plain(measure.keep_until_on),
        "purge_days": measure.purge_days,
        "purge_months": measure.purge_months,
    }
