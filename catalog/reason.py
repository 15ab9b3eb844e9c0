"""One reason: a sentence that names the person's own answer, with a stable code and its source."""

from dataclasses import dataclass

CLINIC = "Clinic default, for the reviewing clinician"


@dataclass(frozen=True, slots=True)
class Reason:
    """Codes are for tests and for the practitioner's eye; the sentence is what people read."""

    code: str
    text: str
    source: str = CLINIC
