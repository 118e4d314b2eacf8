"""Tables in months: rows carried over whole, keys unique over all months, months made and dropped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url

from cordillera.desks.travellers.retention import BY_MONTH
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store import database
from cordillera.foundation.store.database import DatabaseUrls, migrate
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.foundation.store.partitions import AHEAD, ByMonth, Month, keep_months

NOW = datetime.now(UTC)
TERM = "now() + interval '9 days', now() + interval '8 days'"
MESSAGES = ByMonth("traveller_message")


def made(months: int) -> UUID:
    """An id of some months ago, or ahead."""
    middle = NOW.replace(day=15) + timedelta(days=30.4 * months)
    return uuid7(int(middle.timestamp() * 1000))


def add_message(connection: psycopg.Connection, message: UUID, reference: str, *, keyed: bool = True) -> None:
    """A message as the store leaves it, without what it says."""
    told = {"id": message, "key": uuid4(), "reference": reference}
    with connection.transaction():
        connection.execute(
            "INSERT INTO data_key (key_id, record_group, kek, wrapped, created_at, erase_after)"
            " VALUES (%(key)s, 'test', '2026-12', 'w', now(), now())",
            told,
        )
        if keyed:
            connection.execute(
                "INSERT INTO traveller_message_key"
                f" VALUES ('EC-PN', 'XA', %(reference)s, 'd', %(id)s, {TERM})",
                told,
            )
        connection.execute(
            "INSERT INTO traveller_message (id, agency, sender, reference, digest, received_at, channel,"
            " name, size, status, reason, travellers, crew, known, alerts, cleared, findings, worst, key_id,"
            " raw, notes, erase_after, review_at)"
            " VALUES (%(id)s, 'EC-PN', 'XA', %(reference)s, 'd', now(), 'file',"
            f" 'a', 1, 'accepted', '', 0, 0, 0, 0, 0, 0, '', %(key)s, '', '', {TERM})",
            told,
        )


def add_flight(connection: psycopg.Connection, flight: UUID, number: str) -> None:
    connection.execute(
        "INSERT INTO traveller_flight (id, agency, number, origin, destination, departs_local, arrives_local,"
        f" arrives_zone, zone_assumed, erase_after, review_at) VALUES (%s, 'EC-PN', %s, 'BOG', 'UIO', '', '',"
        f" '', false, {TERM})",
        (flight, number),
    )


def add_traveller(connection: psycopg.Connection, message: UUID, flight: UUID, traveller: UUID) -> None:
    connection.execute(
        "INSERT INTO traveller (id, agency, message_id, flight_id, role, identity, key_id, facts,"
        f" erase_after, review_at) SELECT %s, 'EC-PN', %s, %s, 'passenger', 'same', key_id, '', {TERM}"
        " FROM data_key LIMIT 1",
        (traveller, message, flight),
    )


def rows(connection: psycopg.Connection, text: str) -> list[tuple[object, ...]]:
    return connection.execute(text.encode()).fetchall()


def where(connection: psycopg.Connection, table: str) -> set[tuple[object, ...]]:
    """Which partition each row of a table lies in."""
    return set(rows(connection, f"SELECT tableoid::regclass::text, id FROM {table}"))


def foreign_keys(connection: psycopg.Connection) -> set[tuple[object, ...]]:
    return set(
        rows(
            connection,
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conparentid = 0",
        )
    )


def secured(connection: psycopg.Connection) -> set[object]:
    """The tables whose rows are shown under agency and purpose only, to their owner too."""
    question = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    return {name for (name,) in rows(connection, question)}


@pytest.fixture
def owner(cluster: EmbeddedPostgres, database_urls: DatabaseUrls) -> Iterator[psycopg.Connection]:
    """A connection that sees every row: the owner of the tables does not."""
    with seeing(cluster, database_urls) as connection:
        yield connection


def seeing(cluster: EmbeddedPostgres, urls: DatabaseUrls) -> psycopg.Connection:
    name = make_url(urls.owner).database
    return psycopg.connect(cluster.database_url(name), autocommit=True)


@pytest.fixture
def old(cluster: EmbeddedPostgres) -> Iterator[DatabaseUrls]:
    """A database of the version before months."""
    name = f"test_{uuid7().hex[-16:]}"
    cluster.create_database(name)
    urls = cluster.urls(name)
    engine = create_engine(make_url(urls.owner).set(drivername="postgresql+psycopg"))
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    with database._migrating, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0031")
    engine.dispose()
    yield urls
    cluster.drop_database(name)


def test_a_database_at_the_version_before_loses_no_row_and_no_foreign_key(cluster, old):
    months = {"before": made(-3), "now": made(0), "unknown": uuid4()}
    flight = made(-3)
    with seeing(cluster, old) as connection:
        add_flight(connection, flight, "XA12")
        for reference, message in months.items():
            add_message(connection, message, reference, keyed=False)
        travellers = [made(-3), made(0)]
        add_traveller(connection, months["before"], flight, travellers[0])
        connection.execute("UPDATE traveller SET identity = 'other'")
        add_traveller(connection, months["now"], flight, travellers[1])
        before, under_law = foreign_keys(connection), secured(connection)
    migrate(old.owner)
    with seeing(cluster, old) as connection:
        assert where(connection, "traveller_message") == {
            (Month.of(NOW).name("traveller_message"), months["now"]),
            (_of(months["before"]).name("traveller_message"), months["before"]),
            ("traveller_message_rest", months["unknown"]),
        }
        assert {ref for _, ref in where(connection, "traveller")} == set(travellers)
        assert set(rows(connection, "SELECT message_id FROM traveller_message_key")) == {
            (message,) for message in months.values()
        }
        assert set(rows(connection, "SELECT identity, traveller_id FROM traveller_identity")) == {
            (b"other", travellers[0]),
            (b"same", travellers[1]),
        }
        assert foreign_keys(connection) > before
        assert secured(connection) >= under_law | {
            "traveller_message_key",
            "traveller_identity",
            "traveller_archive",
        }


def _of(made_id: UUID) -> Month:
    return Month.of(datetime.fromtimestamp((made_id.int >> 80) / 1000, UTC))


def test_a_message_is_known_by_its_key_over_all_months(owner, database_urls):
    keep_months(database_urls.owner, [MESSAGES], NOW)
    add_message(owner, made(0), "1")
    add_message(owner, made(0), "2")
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_message(owner, made(2), "1")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        add_message(owner, made(2), "1", keyed=False)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            f"INSERT INTO traveller_message_key VALUES ('EC-PN', 'XA', '9', 'd', '{made(0)}', {TERM})"
        )
    owner.execute("DELETE FROM traveller_message WHERE reference = '1'")
    assert rows(owner, "SELECT reference FROM traveller_message_key") == [("2",)]


def test_one_identity_is_one_traveller_of_a_flight_over_all_months(owner):
    message, flight, first, second = made(0), made(0), made(0), made(1)
    add_message(owner, message, "1")
    add_flight(owner, flight, "XA12")
    identity = f"INSERT INTO traveller_identity VALUES (%s, 'same', %s, 'EC-PN', %s, {TERM})"
    with owner.transaction():
        owner.execute(identity, (flight, first, message))
        add_traveller(owner, message, flight, first)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        add_traveller(owner, message, flight, second)
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(identity, (flight, second, message))


def test_months_are_made_ahead_and_dropped_when_over_and_empty(owner, database_urls):
    url, later = database_urls.owner, NOW + timedelta(days=120)
    report = keep_months(url, BY_MONTH, NOW)
    assert len(report.made) == len(BY_MONTH) * (AHEAD - 1)  # this month and the next are there from the start
    assert keep_months(url, BY_MONTH, NOW) == keep_months(url, (), NOW)
    message = made(0)
    add_message(owner, message, "1")
    report = keep_months(url, BY_MONTH, later)
    assert report.lying == (Month.of(NOW).name("traveller_message"),)
    assert Month.of(NOW).name("traveller") in report.dropped
    owner.execute("DELETE FROM traveller_message")
    report = keep_months(url, BY_MONTH, later)
    assert report.dropped == (Month.of(NOW).name("traveller_message"),)


def test_what_no_month_was_made_for_is_taken_and_stays_where_it_is(owner, database_urls):
    message = made(2)
    add_message(owner, message, "1")
    assert where(owner, "traveller_message") == {("traveller_message_rest", message)}
    assert (
        _of(message).name("traveller_message") not in keep_months(database_urls.owner, [MESSAGES], NOW).made
    )
    assert where(owner, "traveller_message") == {("traveller_message_rest", message)}


def test_a_month_that_is_read_is_left_for_the_next_run(database_urls):
    with psycopg.connect(database_urls.owner) as other:
        other.execute("SELECT FROM traveller_message")
        report = keep_months(database_urls.owner, [MESSAGES], NOW, wait="50ms")
        assert len(report.waiting) == AHEAD - 1
    assert len(keep_months(database_urls.owner, [MESSAGES], NOW).made) == AHEAD - 1


def test_the_application_reaches_a_month_through_its_table_alone(database_urls):
    with psycopg.connect(database_urls.app) as app:
        app.execute("SELECT FROM traveller_message")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT FROM {Month.of(NOW).name('traveller_message')}".encode())
