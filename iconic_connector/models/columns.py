"""Stores many rows with one query, where the ORM would take each by itself.

For what jobs write of records of ours, thousands at a time: no access rights, no
constraints in Python and no override of `create` or `write` have a say. Whatever is
computed from it, by whichever module, is computed anew.

A row should be written once in a transaction: the second time, PostgreSQL checks all
its foreign keys.
"""

from odoo.tools import SQL

# As `cr.now`, without a query of its own.
_NOW = SQL("(now() AT TIME ZONE 'UTC')")


def write_columns(records, same, each=None, copied=None, sources=None):
    """Write fields of records with one query.

    :param records: `models.Model` records that exist
    :param dict same: field -> value, alike for all of them
    :param dict each: field -> a list of values, in the order of the records
    :param dict copied: field -> the field of the sources that it is copied from
    :param sources: other records that exist, in the order of the records
    """
    if not records:
        return
    each, copied = each or {}, copied or {}
    names = [*same, *each, *copied]
    records.flush_recordset(names)
    if copied:
        sources.flush_recordset(copied.values())
    same = _values(records, same)
    records.env.cr.execute(_update(records, same, each, copied, sources))
    records.invalidate_recordset([*names, *_log_columns(records)])
    records.modified(names)


def insert_rows(model, same, each):
    """Create records with one query.

    :param model: an empty `models.Model`, without the columns of `_log_access`
    :param dict same: field -> value, alike for all of them
    :param dict each: field -> a list of values, one for each record
    :return: the records, in no particular order
    """
    given = [*same, *each]
    same = _values(model, same)
    model.env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s RETURNING id",
            SQL.identifier(model._table),
            _list(SQL.identifier(name) for name in (*same, *each)),
            _list(
                (
                    *(SQL("%s", value) for value in same.values()),
                    *(SQL.identifier("found", name) for name in each),
                )
            ),
            _found(model, each),
        )
    )
    records = model.browse(row[0] for row in model.env.cr.fetchall())
    records.modified([*same, *each], create=True)
    # What was given is not computed.
    for name in given:
        if model._fields[name].compute:
            model.env.remove_to_compute(model._fields[name], records)
    return records


def _update(records, same, each, copied, sources):
    """Return the query that writes fields of records.

    :param same: as for `write_columns`, in the form of columns
    """
    values = {
        **same,
        **_log_columns(records),
        **{name: SQL.identifier("found", name) for name in each},
        **{name: SQL.identifier("source", copied[name]) for name in copied},
    }
    found = {"id": records._ids, **each}
    return SQL(
        "UPDATE %s AS record SET %s FROM %s WHERE record.id = found.id"
        # Otherwise PostgreSQL would read the whole table for each batch.
        " AND record.id = ANY(%s)",
        SQL.identifier(records._table),
        _list(SQL("%s = %s", SQL.identifier(name), values[name]) for name in values),
        _with_sources(_found(records, found, sources), sources),
        list(records._ids),
    )


def _log_columns(records):
    """Return who writes records, and when, as columns; empty where that is not kept."""
    if not records._log_access:
        return {}
    return {"write_uid": records.env.uid, "write_date": _NOW}


def _found(model, each, sources=None):
    """Return rows of values as a table in a query.

    :param each: field -> a list of values
    :param sources: other records, whose ids become its column `source_id`
    """
    names = list(each)
    columns = [
        SQL("%s::%s[]", [_empty_as_null(one) for one in values], _type(model, name))
        for name, values in each.items()
    ]
    if sources:
        names.append("source_id")
        columns.append(SQL("%s", list(sources._ids)))
    return SQL(
        "unnest(%s) AS found (%s)", _list(columns), _list(map(SQL.identifier, names))
    )


def _with_sources(found, sources):
    """Return a table in a query, joined with the records that are copied from."""
    if not sources:
        return found
    return SQL(
        "%s JOIN %s AS source ON source.id = found.source_id AND source.id = ANY(%s)",
        found,
        SQL.identifier(sources._table),
        list(sources._ids),
    )


def _type(model, name):
    return SQL(model._fields[name].column_type[0])


def _values(model, values):
    return {
        name: _empty_as_null(value)
        if model._fields[name].type != "boolean"
        else bool(value)
        for name, value in values.items()
    }


def _empty_as_null(value):
    return None if value is False else value


def _list(parts):
    return SQL(", ").join(parts)
