"""The one door from rows to domain objects: sessions, questionnaires, coded answers, columns, metrics."""
