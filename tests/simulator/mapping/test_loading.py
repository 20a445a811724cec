# ruff: noqa: E501 - one row a mistake reads better than five lines
import pytest

from contracts import load
from simulator.errors import MappingError
from simulator.mapping import load_mapping
from simulator.mapping.loading import mapping_names, parse_mapping

HEAD = 'name = "shop"\nextends = "segment-docs"\n'
RULE = '[[rule]]\nname = "discount"\nfrom = "/properties/discount"\nto = "numbers"\n'
CONSTANT = '[[rule]]\nname = "s"\nvalue = "x"\nto = "{}"\n'
TARGETS = "labels, numbers, attributes, nothing, eventSource, eventType, eventTime, actors.<type>.<identifier>"
KEYS = "as, basis, calls, from, name, never, note, prefix, to, value"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('name = "x"\nextends = \n', "shop.toml:2: not TOML: Invalid value (column 11)"),
        ("name = ", "shop.toml:1: not TOML: Invalid value"),
        (HEAD + RULE + 'prefx = "a"\n', f"shop.toml:7: rule 'discount': unknown key 'prefx', did you mean 'prefix'?; allowed: {KEYS}"),
        (HEAD + RULE.replace("numbers", "numberz"), f"shop.toml:6: rule 'discount': to: 'numberz' is not allowed, did you mean 'numbers'?; allowed: {TARGETS}"),
        (HEAD + RULE.replace("numbers", "actors.customer"), f"shop.toml:6: rule 'discount': to: 'actors.customer' is not allowed; allowed: {TARGETS}"),
        (HEAD + RULE.replace('"numbers"', "5"), "shop.toml:6: rule 'discount': to: must be string, is the integer 5"),
        (HEAD + RULE.replace("/prop", "prop"), "shop.toml:5: rule 'discount': from: 'properties/discount' is no JSON Pointer into the message; write it like \"/properties/discount\""),
        (HEAD + RULE.replace('name = "discount"\n', ""), "shop.toml:3: rule 1: 'name' is missing (unique; provenance names it)"),
        (HEAD + RULE.replace("name =", "nmae ="), f"shop.toml:4: rule 1: unknown key 'nmae', did you mean 'name'?; allowed: {KEYS}"),
        (HEAD + RULE.replace('name = "discount"', 'name = " "'), "shop.toml:4: rule ' ': name: must not be blank, is the string \" \""),
        (HEAD + RULE.replace('from = "/properties/discount"\n', ""), "shop.toml:3: rule 'discount': needs exactly one of from (a JSON Pointer) and value (a constant)"),
        (HEAD + RULE + 'value = "x"\n', "shop.toml:3: rule 'discount': needs exactly one of from (a JSON Pointer) and value (a constant)"),
        (HEAD + RULE + 'basis = "guess"\n', "shop.toml:7: rule 'discount': basis: must be one of"),
        (HEAD + RULE + 'calls = ["trak"]\n', "shop.toml:7: rule 'discount': calls: must be one of \"identify\", \"track\", is the string \"trak\""),
        (HEAD + RULE + "calls = []\n", "shop.toml:7: rule 'discount': calls: must have at least 1 item, has 0"),
        (HEAD + RULE + 'never = "x"\n', "shop.toml:7: rule 'discount': never: must be array"),
        (HEAD + RULE + 'as = "a.b"\n', "shop.toml:7: rule 'discount': as: 'a.b' holds a dot or nothing"),
        (HEAD + RULE + 'as = "a"\nprefix = "b"\n', "shop.toml:7: rule 'discount': as: takes the value itself, prefix what is inside; use one of them"),
        (HEAD + RULE.replace("numbers", "eventType"), "shop.toml:5: rule 'discount': from: eventType comes from \"/event\""),
        (HEAD + RULE.replace("numbers", "eventTime"), "shop.toml:5: rule 'discount': from: eventTime comes from \"/timestamp\""),
        (HEAD + RULE.replace("numbers", "eventSource"), "shop.toml:5: rule 'discount': from: eventSource is a constant"),
        (HEAD + RULE.replace("numbers", "actors.a.b") + 'prefix = ""\n', "shop.toml:7: rule 'discount': prefix: means nothing where the rule goes to actors.a.b"),
        (HEAD + CONSTANT.format("labels"), "shop.toml:5: rule 's': value: a constant can only go to eventSource or eventType"),
        (HEAD + CONSTANT.format("eventSource"), "shop.toml:3: rules 'eventSource' and 's' both make eventSource of identify"),
        (HEAD + RULE + RULE.replace("discount", "other", 1), "shop.toml:7: rules 'discount' and 'other' both take /properties/discount of identify; keep one, or give it the name 'discount' to take its place"),
        (HEAD + RULE + RULE, "shop.toml:8: rule 'discount': name: the name stands twice in this file"),
        (HEAD + "[settings]\nmax_array_items = 0\n", "shop.toml:4: max_array_items: must be at least 1, is the integer 0"),
        (HEAD + "[settings]\nmax_arry_items = 5\n", "shop.toml:4: unknown key 'max_arry_items', did you mean 'max_array_items'?; allowed: max_array_items, max_attributes, max_depth"),
        (HEAD + '[settings]\nmax_depth = "x"\n', 'shop.toml:4: max_depth: must be integer, is the string "x"'),
        (HEAD + 'nmae = "x"\n', "shop.toml:3: unknown key 'nmae', did you mean 'name'?; allowed: description, extends, format, name, rule, settings"),
        ('name = "x"\n', 'shop.toml: has no rules; add [[rule]] tables, or extends = "segment-docs"'),
        (RULE, 'shop.toml: no rule makes eventType of identify and track; add one, or extends = "segment-docs"'),
        ("description = 'x'\n", 'shop.toml: has no rules; add [[rule]] tables, or extends = "segment-docs"'),
        ('name = " "\nextends = "segment-docs"\n', 'shop.toml:1: name: must not be blank, is the string " "'),
        ('name = "x"\n' + RULE, 'shop.toml: no rule makes eventType of identify and track; add one, or extends = "segment-docs"'),
        ('name = "x"\nextends = "segment-dox"\n', "shop.toml:2: extends: no mapping 'segment-dox': did you mean 'segment-docs'? no such file"),
        ("format = 2\n" + HEAD + RULE, "shop.toml:1: format: must be 1, is the integer 2"),
        (HEAD + "rule = 5\n", "shop.toml:3: rule: must be array, is the integer 5"),
        (HEAD + '[rule]\nname = "x"\n', "shop.toml:3: rule: must be array, is an object with 1 key"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_with_its_place(text, error):
    """File, line, rule, key, and what is allowed there; in one line."""
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "shop.toml")
    assert str(caught.value).startswith(error)
    assert all("\n" not in line for line in caught.value.args)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            HEAD + "[settings]\nmax_depht = 5\nmax_attributes = 0\n" + RULE + 'prefx = "a"\nas = "b.c"\n'
            + RULE.replace("name", "nmae").replace("from", "form") + 'calls = ["trak"]\n'
            + RULE.replace("discount", "d") + RULE.replace("discount", "e", 1).replace("discount", "d"),
            [
                (4, "unknown key 'max_depht', did you mean 'max_depth'?"),
                (5, "max_attributes: must be at least 1"),
                (10, "rule 'discount': unknown key 'prefx', did you mean 'prefix'?"),
                (11, "rule 'discount': as: 'b.c' holds a dot"),
                (13, "rule 2: unknown key 'nmae', did you mean 'name'?"),
                (14, "rule 2: unknown key 'form', did you mean 'from'?"),
                (16, 'rule 2: calls: must be one of "identify", "track"'),
                (21, "rules 'd' and 'e' both take /properties/d of identify"),
            ],
        ),
        (
            'extends = "segment-dox"\n' + RULE.replace("numbers", "eventSource") + 'as = "a"\nprefix = "b"\n',
            [
                (1, "extends: no mapping 'segment-dox': did you mean 'segment-docs'?"),
                (4, "rule 'discount': from: eventSource is a constant"),
                (6, "rule 'discount': as: takes the value itself"),
                (6, "rule 'discount': as: means nothing where the rule goes to eventSource"),
                (7, "rule 'discount': prefix: means nothing where the rule goes to eventSource"),
            ],
        ),
        ('extend = "segment-docs"\n', [(1, "unknown key 'extend', did you mean 'extends'?")]),
        (
            RULE,
            [
                (None, "no rule makes eventType of identify and track"),
                (None, "no rule makes eventTime of identify and track"),
                (None, "no rule makes an actor identifier of identify and track"),
            ],
        ),
    ],
)  # fmt: skip
def test_all_mistakes_are_told_in_the_order_of_the_file(text, told):
    """Those of the file, of its settings and of every rule, but none that only follows from a misspelt key."""
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "shop.toml")
    found = caught.value.args
    assert len(found) == len(told)
    for line, (number, words) in zip(found, told, strict=True):
        assert line.startswith(f"shop.toml{'' if number is None else f':{number}'}: {words}")
    assert str(caught.value) == "\n".join(found)


def test_the_mistakes_of_a_base_stand_at_the_line_that_names_it(tmp_path):
    """Each with its own place in the base, beside those of the file itself."""
    (tmp_path / "base.toml").write_text(HEAD + RULE.replace("numbers", "numberz") + 'prefx = "a"\n')
    own = tmp_path / "own.toml"
    own.write_text('extends = "base.toml"\n' + RULE.replace("/prop", "prop"))
    with pytest.raises(MappingError) as caught:
        load_mapping(str(own))
    base = f"{own}:1: extends: {tmp_path / 'base.toml'}"
    starts = (
        f"{base}:6: rule 'discount': to:",
        f"{base}:7: rule 'discount': unknown key",
        f"{own}:4: rule 'discount': from:",
    )
    for line, start in zip(caught.value.args, starts, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize("name", ["segment-dcos", "nowhere/x.toml", ""])
def test_an_unknown_mapping_lists_the_known_ones(name, tmp_path, monkeypatch):
    """A name or a path will do."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MappingError) as caught:
        load_mapping(name or "x.toml")
    assert str(caught.value).endswith("no such file, and shipped are device-plus, segment-docs, typed")


def test_a_folder_or_a_picture_is_no_mapping(tmp_path):
    """The file system's own words, and the place of the first wrong byte."""
    (tmp_path / "p.toml").write_bytes(b"\x89PNG")
    with pytest.raises(MappingError, match="Is a directory"):
        load_mapping(str(tmp_path))
    with pytest.raises(MappingError, match="not UTF-8: invalid start byte at byte 0"):
        load_mapping(str(tmp_path / "p.toml"))


def test_the_shipped_mappings_load():
    """Each by its name, with the rules of what it extends, a rule of the same name in the base's place."""
    docs = [rule.name for rule in load_mapping().rules]
    assert mapping_names() == ("device-plus", "segment-docs", "typed")
    assert load_mapping().name == "segment-docs"
    assert [rule.name for rule in load_mapping("typed").rules] == docs
    assert [rule.name for rule in load_mapping("device-plus").rules] == [*docs, "os name", "os version", "carrier"]


def test_the_default_mapping_is_the_seeds_table():
    """One rule a row, each with its basis."""
    rows = [(row["name"], row.get("from"), row["to"], row["basis"]) for row in load("mappings/segment-docs")["rule"]]
    assert rows == [
        ("eventSource", None, "eventSource", "ours"),
        ("event", "/event", "eventType", "seed"),
        ("identify", None, "eventType", "seed"),
        ("timestamp", "/timestamp", "eventTime", "seed"),
        ("userId", "/userId", "actors.customer.userId", "seed"),
        ("anonymousId", "/anonymousId", "actors.customer.anonymousId", "seed"),
        ("traits", "/traits", "attributes", "seed"),
        ("location", "/context/location", "labels", "seed"),
        ("campaign", "/context/campaign", "labels", "seed"),
        ("device", "/context/device", "labels", "seed"),
        ("user traits", "/context/traits", "labels", "seed"),
        ("properties", "/properties", "attributes", "inferred"),
    ]


def test_a_mapping_may_extend_a_file_beside_it(tmp_path):
    """Settings and rules of all layers count; the uppermost wins."""
    (tmp_path / "base.toml").write_text(HEAD + "[settings]\nmax_depth = 5\nmax_attributes = 7\n" + RULE)
    (tmp_path / "own.toml").write_text(
        'name = "own"\nextends = "base.toml"\n[settings]\nmax_depth = 6\n' + RULE.replace("numbers", "labels"),
        encoding="utf-8-sig",
    )
    mapping = load_mapping(str(tmp_path / "own.toml"))
    settings = mapping.settings
    assert (settings.max_depth, settings.max_attributes, settings.max_array_items) == (6, 7, 10)
    assert [(rule.target, rule.basis) for rule in mapping.rules if rule.name == "discount"] == [("labels", "plan")]


def test_a_mapping_cannot_extend_itself(tmp_path):
    """Nor by way of another."""
    (tmp_path / "a.toml").write_text('name = "a"\nextends = "b.toml"\n')
    (tmp_path / "b.toml").write_text('name = "b"\nextends = "a.toml"\n')
    with pytest.raises(MappingError, match="extends itself, by way of"):
        load_mapping(str(tmp_path / "a.toml"))


def test_a_mapping_file_needs_only_rules(tmp_path):
    """Without ``name`` it is called as its file; without ``format`` it is the one there is."""
    path = tmp_path / "my.shop.toml"
    path.write_text('extends = "segment-docs"\n' + RULE)
    assert (load_mapping(str(path)).name, load_mapping(str(path)).rules[-1].name) == ("my.shop", "discount")
    heads = ("eventType", "eventTime", "actors.customer.userId")
    froms = ("/event", "/timestamp", "/userId")
    rows = zip(heads, froms, strict=True)
    bare = "".join(f'[[rule]]\nname = "{to}"\nfrom = "{start}"\nto = "{to}"\n' for to, start in rows)
    mapping = parse_mapping(bare, "shop.toml")
    assert (mapping.name, [rule.target for rule in mapping.rules]) == ("shop", list(heads))
