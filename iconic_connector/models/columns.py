"""Stores many rows with one query, where the ORM would take each by itself.

For what jobs write of records of ours, thousands at a time: no access rights, no
constraints in Python and no override of `create` or `write` have a say. Whatever is
computed from it, by whichever module, is computed anew.
"""

from odoo.tools import SQL


def write_columns(records, same, each=None):
    """Write fields of records with one query.

    :param records: `models.Model` records that exist
    :param dict same: field -> value, alike for all of them
    :param dict each: field -> a list of values, in the order of the records
    """
    if not records:
        return
    each = each or {}
    names = [*same, *each]
    records.flush_recordset(names)
    records.env.cr.execute(_update(records, _values(records, same), each))
    records.invalidate_recordset([*names, "write_uid", "write_date"])
    records.modified(names)


def insert_rows(model, same, each):
    """Create records with one query.

    :param model: an empty `models.Model`
    :param dict same: field -> value, alike for all of them
    :param dict each: field -> a list of values, one for each record
    :return: the records, in no particular order
    """
    author, now = model.env.uid, model.env.cr.now()
    same = {
        **_values(model, same),
        **dict.fromkeys(("create_uid", "write_uid"), author),
        **dict.fromkeys(("create_date", "write_date"), now),
    }
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
    return records


def _update(records, same, each):
    """Return the query that writes fields of records.

    :param same: as for `write_columns`, in the form of columns
    """
    same = {
        **same,
        "write_uid": records.env.uid,
        "write_date": records.env.cr.now(),
    }
    found = {"id": records._ids, **each}
    return SQL(
        "UPDATE %s AS record SET %s FROM %s WHERE record.id = found.id"
        # Otherwise PostgreSQL would read the whole table for each batch.
        " AND record.id = ANY(%s)",
        SQL.identifier(records._table),
        _list(
            (
                *(SQL("%s = %s", SQL.identifier(name), same[name]) for name in same),
                *(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("found", name))
                    for name in each
                ),
            )
        ),
        _found(records, found),
        list(records._ids),
    )


def _found(model, each):
    """Return rows of values as a table in a query.

    :param each: field -> a list of values
    """
    return SQL(
        "unnest(%s) AS found (%s)",
        _list(
            SQL("%s::%s[]", [_empty_as_null(one) for one in values], _type(model, name))
            for name, values in each.items()
        ),
        _list(map(SQL.identifier, each)),
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
