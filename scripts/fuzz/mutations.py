"""Ways to spoil an answer: its bytes, or what they stand for."""

import json

#: What no list, object, text, number or time expects in its place.
STRANGE = (
    None,
    True,
    "",
    " ",
    "x" * 5000,
    "\x00",
    "\ud800",
    "9999-12-31T23:59:59Z",
    "0000-00-00 00:00:00",
    "-1",
    "1e400",
    "NaN",
    "١٢",
    0,
    -1,
    2**70,
    10**400,
    1e308,
    [],
    {},
    [[]],
    [None],
    {"": None},
)
#: Bytes that parsers stumble over.
BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"<",
    b">",
    b'"',
    b"\\ud800",
    b"NaN",
    b"Infinity",
    b"-",
    b"1e999",
    b"{",
    b"[" * 300,
    b"9" * 5000,
)


def mutate(content, random):
    """Spoil an answer in one to four places.

    :param content: bytes
    :param random: a :class:`random.Random`
    :return: bytes
    """
    for _ in range(random.randint(1, 4)):
        content = random.choice((_spoil_value, _spoil_value, _spoil_bytes))(
            content, random
        )
    return content


def _spoil_bytes(content, random):
    start = random.randrange(len(content) + 1)
    end = min(len(content), start + random.choice((0, 0, 1, 2, 8, 64, 512)))
    put = random.choice((b"", content[start:end] * 2, random.choice(BYTES)))
    return content[:start] + put + content[end:]


def _spoil_value(content, random):
    """Replace a value of a JSON document; others keep their sense in another way."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _spoil_bytes(content, random)
    places = list(_places(document))
    if not places:
        return json.dumps(random.choice(STRANGE)).encode()
    holder, key = random.choice(places)
    choice = random.randrange(4)
    if choice == 0:
        del holder[key]
    elif choice == 1:
        holder[key] = [holder[key]] * random.choice((1, 2, 50))
    else:
        holder[key] = random.choice(STRANGE)
    return json.dumps(document).encode()


def _places(document):
    """Yield each holder with each of its keys."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        pairs = (
            list(holder.items())
            if isinstance(holder, dict)
            else list(enumerate(holder))
            if isinstance(holder, list)
            else []
        )
        for key, value in pairs:
            yield holder, key
            waiting.append(value)
