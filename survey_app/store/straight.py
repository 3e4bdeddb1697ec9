"""Statements made once and run straight at the driver: the way of answer pages, where every tenth of a ms counts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Row = tuple[Any, ...]
Processor = Callable[[Any], Any]


class _Statement:
    """One statement in the words of one database, with what turns values into its form and back."""

    def __init__(self, clause: Any, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = clause.compile(dialect=dialect, column_keys=list(names) if clause.is_insert else None)
        self.clause, self.text, self.order = clause, str(compiled), compiled.positiontup
        self.fixed = {key: value for key, value in compiled.params.items() if key not in names}
        binds = {name: _binder(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        self.binders = {name: binder for name, binder in binds.items() if binder is not None}
        columns = clause.selected_columns if clause.is_select else ()
        readers = [_reader(column.type, dialect) for column in columns]
        self.readers = [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def bind(self, values: Mapping[str, Any]) -> Any:
        full = {**self.fixed, **values} if self.fixed else dict(values)
        for name, binder in self.binders.items():
            full[name] = binder(full[name])
        return [full[name] for name in self.order] if self.order is not None else full

    def read(self, row: Sequence[Any]) -> Row:
        if not self.readers:
            return tuple(row)
        made = list(row)
        for place, reader in self.readers:
            made[place] = reader(made[place])
        return tuple(made)


def _binder(kind: Any, dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]


def _reader(kind: Any, dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-any-return]


_kept: dict[tuple[str, int, tuple[str, ...]], _Statement] = {}


def _prepared(clause: Any, names: tuple[str, ...], dialect: Dialect) -> _Statement:
    # The kept statement holds the clause, so that its id stays its own.
    key = (dialect.name, id(clause), names)
    if key not in _kept:
        _kept[key] = _Statement(clause, names, dialect)
    return _kept[key]


class Straight:
    """A driver's connection. It takes the statements that sessions take, if they are made once and kept."""

    def __init__(self, driver: Any, engine: Engine) -> None:
        self.driver, self.engine, self.dialect = driver, engine, engine.dialect

    def rows(self, clause: ClauseElement, values: Mapping[str, Any]) -> list[Row]:
        statement = _prepared(clause, tuple(values), self.dialect)
        with self.errors():
            return [statement.read(row) for row in self.driver.execute(statement.text, statement.bind(values))]

    def first(self, clause: ClauseElement, values: Mapping[str, Any]) -> Row | None:
        return next(iter(self.rows(clause, values)), None)

    def execute(self, clause: ClauseElement, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Insert or change rows; how many there were."""
        count = 0
        for one in [values] if isinstance(values, Mapping) else values:
            statement = _prepared(clause, tuple(one), self.dialect)
            with self.errors():
                count += self.driver.execute(statement.text, statement.bind(one)).rowcount
        return count

    def add(self, clause: ClauseElement, values: Mapping[str, Any]) -> int:
        """Insert one row with a statement that returns its id."""
        statement = _prepared(clause, tuple(values), self.dialect)
        with self.errors():
            return int(self.driver.execute(statement.text, statement.bind(values)).fetchall()[0][0])

    def say(self, words: str) -> None:
        """A command of the database without values, such as BEGIN."""
        with self.errors():
            self.driver.execute(words)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """The driver's errors under the names that everybody else knows them by, without the values."""
        base: Any = self.dialect.loaded_dbapi.Error
        try:
            yield
        except base as error:
            raise DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=self.dialect) from error


@contextmanager
def straight(engine: Engine) -> Iterator[Straight]:
    """A connection of the pool to read with; each statement stands for itself."""
    pooled = engine.raw_connection()
    try:
        yield Straight(pooled.dbapi_connection, engine)
    finally:
        pooled.close()
