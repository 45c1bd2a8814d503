"""What can go wrong in the medicine; nothing here knows HTTP."""


class ClinicalError(Exception):
    """The medicine cannot answer."""


class ValueRefused(ClinicalError):
    """A value does not fit its fact.

    Attributes:
        code: kebab-case kind of fault, stable for programs.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class KnowledgeFault(ClinicalError):
    """The knowledge release has a fault and must not be used."""

    def __init__(self, file: str, entry: str, place: str, detail: str) -> None:
        super().__init__(f"{file}: {entry}: {place}: {detail}")
        self.file = file
        self.entry = entry
        self.place = place
        self.detail = detail


class CriterionFault(ClinicalError):
    """A condition is not in the rule language, or names what does not exist.

    Attributes:
        column: where in the text, counted from 1.
    """

    def __init__(self, detail: str, column: int) -> None:
        super().__init__(f"column {column}: {detail}")
        self.detail = detail
        self.column = column
