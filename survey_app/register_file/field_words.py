"""Fields of administration by code or name; one that is not known yet is made, and its code out of its name."""

from survey_app.register import Field
from survey_app.register_file.cell import slug
from survey_app.register_file.stated import Known, Stated
from survey_app.table_file.words import same_word, without_accents


class FieldWords:
    """The register's fields and those that the file adds."""

    def __init__(self, known: Known, stated: Stated, *, source: str) -> None:
        self._stated, self._source = stated, source
        self._codes = {field.code for field in known.register.fields}
        self._found: dict[str, str] = {}
        for spelt in (without_accents, same_word):  # the closer spelling goes before
            for each in known.register.fields:
                self._found |= dict.fromkeys((spelt(name) for name in (each.code, *each.names.values())), each.code)

    def known(self, text: str) -> str | None:
        """The code of a field that there is, by its code or name; an accent left out is forgiven."""
        return self._found.get(same_word(text)) or self._found.get(without_accents(text))

    def code(self, text: str) -> str:
        """The code of a field; a new one is stated."""
        if (found := self.known(text)) is not None:
            return found
        made = slug(text) or "linh-vuc"
        number = 2
        while made in self._codes:
            made, number = f"{slug(text)}-{number}", number + 1
        self._codes.add(made)
        self._found |= {same_word(text): made, without_accents(text): made}
        self._stated.fields[made] = Field(made, {"vi": text, "en": text}, self._source)
        return made
