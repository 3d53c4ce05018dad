"""Laws of a sheet that hold for any edition and any measures: made at random as TOML, read, scored, looked through."""

import dataclasses
import json
import random
import re
from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition_file import SHELF, EditionFaults, edition_codes, parse_edition
from scoring.formula import spell
from scoring.measures import Entered, Measures, Number, Ratio, Survey
from scoring.sheet import score
from scoring.tally import count_answers

SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)
POINTS_LEFT_OUT = ("bonus", "penalty", "shown")

HEAD = """
code = "random"
name = { vi = "V", en = "E" }
source = { vi = "V", en = "E" }
confidence = "ours"
total = "100"
near_cut = "value"
in_force = { from = 2026-01-01 }
rounding = { decimals = 2 }
thresholds = { privacy = 3, evidence = 5, half_width = "0.05" }
scale = { points = [1, 2, 3, 4, 5], satisfied = [4, 5], zero = "%s" }
simulation = { seed = 1, draws = 1000 }
"""


@dataclasses.dataclass
class Writer:
    """Writes the nodes of a random edition. rising: only rules under which more is never worth less."""

    random: random.Random
    reading: str
    rising: bool
    lines: list[str] = dataclasses.field(default_factory=list)
    count: int = 0

    def node(self, parent: str | None, maximum: Fraction, *, key: str = "max", part: object = None, depth: int = 0):
        self.count += 1
        code = f"n{self.count}"
        self.lines.append(f'[[node]]\ncode = "{code}"\nname = {{ vi = "V {code}", en = "E {code}" }}')
        if parent is not None:
            self.lines.append(f'parent = "{parent}"\n{key} = "{maximum if part is None else part}"')
            if self.random.random() < 0.2:
                self.lines.append("required = true")
        if depth < 3 and (parent is None or self.random.random() < 0.55):
            self.parent(code, maximum, depth, has_max=parent is not None and key == "max")
        else:
            self.leaf(maximum, has_max=key == "max")

    def parent(self, code: str, maximum: Fraction, depth: int, *, has_max: bool):
        rule = self.random.choice(("sum", "weighted_sum", "maximum"))
        if self.random.random() < 0.2:
            self.curve(rule, maximum) if has_max else self.bands(rule, maximum)
        else:
            self.lines.append(f'rule = "{rule}"')
        if self.random.random() < 0.2:
            self.lines.append("enterable = true")
        if rule == "sum" and code == "n1" and self.random.random() < 0.3:
            self.lines.append('over = "keep"')
        parts = [self.random.randint(1, 5) for _ in range(self.random.randint(1, 3))]
        for part in parts:
            share = Fraction(part, max(parts) if rule == "maximum" else sum(parts))
            if rule == "weighted_sum":
                self.node(code, maximum * share, key="weight", part=share, depth=depth + 1)
            else:
                self.node(code, maximum * share, depth=depth + 1)
        if rule == "sum" and self.random.random() < 0.4:
            self.beside(code, maximum, depth)

    def beside(self, parent: str, maximum: Fraction, depth: int):
        rule = "bonus" if self.rising else self.random.choice(("bonus", "penalty"))
        self.count += 1
        code, cap = f"n{self.count}", maximum * Fraction(self.random.randint(1, 4), 8)
        self.lines.append(f'[[node]]\ncode = "{code}"\nname = {{ vi = "V", en = "E" }}\nparent = "{parent}"')
        self.lines.append(f'rule = "{rule}"\nmax = "{cap}"')
        for _ in range(self.random.choice((0, 1, 2))):
            self.node(code, cap, depth=depth + 2)

    def leaf(self, maximum: Fraction, *, has_max: bool):
        rules = [self.reading, self.reading, "ratio", "points", "number", "curve"]
        rule = self.random.choice(rules if has_max else rules[:-1])
        if rule == "curve":
            self.curve(self.random.choice((self.reading, "ratio")), maximum)
        elif rule == "number":
            self.curve("number", maximum) if has_max else self.bands("number", maximum)
        elif rule == "ratio":
            empty = self.random.choice(("zero", "full", "not_applicable"))
            above, full = self.random.choice(("refuse", "cap")), self.random.choice(("1", "0.9", "4/5"))
            self.lines.append(
                f'rule = "ratio"\nempty_denominator = "{empty}"\nabove_one = "{above}"\nfull_at = "{full}"'
            )
        else:
            self.lines.append(f'rule = "{rule}"')

    def curve(self, rule: str, maximum: Fraction):
        if self.random.random() < 0.6:
            self.bands(rule, maximum)
        else:
            top = 20 if rule == "number" else 1
            falls = not self.rising and self.random.random() < 0.4
            self.lines.append(
                f'rule = "steps"\nof = "{rule}"\nstart = "{Fraction(top, 4)}"\nevery = "{Fraction(top, 8)}"\n'
                f'base = "{maximum if falls else maximum / 2}"\ngain = "{maximum / 5}"\n'
                f'direction = "{"down" if falls else "up"}"'
            )
            if rule == "ratio":
                self.lines.append('empty_denominator = "zero"')

    def bands(self, rule: str, maximum: Fraction):
        top = 20 if rule == "number" else 1
        cuts = [*sorted({Fraction(self.random.randint(1, 8), 8) * top for _ in range(2)}, reverse=True), Fraction(0)]
        worths = sorted((Fraction(self.random.randint(0, 8), 8) * maximum for _ in cuts[1:]), reverse=True)
        worths = [maximum, *worths]
        if not self.rising:
            self.random.shuffle(worths)
        spelled = ", ".join(
            f'{{ from = "{cut}", points = "{worth}" }}' for cut, worth in zip(cuts, worths, strict=True)
        )
        self.lines.append(f'rule = "bands"\nof = "{rule}"\nband = [{spelled}]')
        if rule == "ratio":
            self.lines.append('empty_denominator = "zero"')


def edition_of(seed, *, rising=False):
    writer = Writer(seed, seed.choice(("share", "mean")), rising)
    writer.node(None, Fraction(100))
    return parse_edition(HEAD % seed.choice("01") + "\n".join(writer.lines), file="random.toml")


def measures_of(seed, edition):
    """Something of everything, sometimes nothing, sometimes entered whole, sometimes not applicable."""
    survey, questions = None, {}
    for node in edition.nodes:
        if node.rule in ("share", "mean") and seed.random() < 0.9:
            questions |= {f"q{node.code}{i}": node.code for i in range(seed.choice((1, 1, 2)))}
    if questions and seed.random() < 0.9:
        survey = survey_of(people_of(seed, questions), questions, edition, moments=seed.random() < 0.7)
    entered = {node.code for node in edition.nodes if node.enterable and seed.random() < 0.1}
    below_whole = {node.code for node in edition.nodes if _above(edition, node) & entered}
    if survey and set(questions.values()) & below_whole:
        survey = None
    chosen = [node for node in edition.nodes if node.code not in below_whole and seed.random() < 0.9]
    number = {node.code: Number(Decimal(seed.randint(0, 30)), "report") for node in chosen if node.rule == "number"}
    ratios = {}
    for node in chosen:
        if node.rule == "ratio":
            of = seed.choice((0, 1, 8, 40))
            ratios[node.code] = Ratio(seed.randint(0, of), of, "register")
    points = {
        node.code: Entered(Decimal(seed.randint(0, 100)), "file", unit="percent")
        for node in chosen
        if (node.rule == "points" or node.code in entered)
        or (node.rule in ("bonus", "penalty") and not edition.below[node.code])
    }
    left = {node.code: "reason" for node in edition.nodes if seed.random() < 0.04}
    return Measures("u", "p", "s", survey=survey, ratios=ratios, numbers=number, points=points, not_applicable=left)


def _above(edition, node):
    parents = {each.code: each.parent for each in edition.nodes}
    found, code = set(), node.parent
    while code is not None:
        found.add(code)
        code = parents[code]
    return found


def people_of(seed, questions):
    n, best = seed.choice((0, 1, 7, 12, 40)), seed.choice((0.5, 0.9, 1.0))
    answer = [None, 1, 2, 3, 4]
    return [{q: 5 if seed.random() < best else seed.choice(answer) for q in questions} for _ in range(n)]


def survey_of(people, questions, edition, *, moments):
    frame = pl.DataFrame(people, schema=dict.fromkeys(questions, pl.Int8))
    rules = {node.rule for node in edition.nodes}
    values = (MEAN if "mean" in rules else SHARE) if moments else None
    sets = edition.question_sets(questions)
    return Survey(count_answers(frame, list(questions), values=values, sets=sets), questions, "form")


seeds = st.randoms(use_true_random=False)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_points_add_up_on_every_line(seed):
    edition = edition_of(seed)
    sheet = score(edition, measures_of(seed, edition))
    for node in sheet.nodes:
        below = [each for each in sheet.children(node.code) if each.points is not None]
        if node.achieved is None or node.line.basis is not None or not node.line.parts:
            continue
        raw = node.line.raw * node.maximum_used
        plain = [each for each in below if each.rule not in POINTS_LEFT_OUT]
        found = sum(each.points for each in plain)
        if node.rule == "maximum":
            assert max(each.points for each in plain) == raw
            continue
        if node.rule in ("bonus", "penalty"):
            assert min(found, node.maximum_used) == raw
            continue
        assert sum(each.maximum_used for each in plain) == node.maximum_used
        gain = sum(each.points if each.rule == "bonus" else -each.points for each in below if each not in plain)
        most = found + gain if node.line.node.over == "keep" else node.maximum_used
        assert raw == (max(0, min(found + gain, most)) if gain or len(plain) < len(below) else found)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_every_line_stays_in_its_range_and_its_interval_holds_its_value(seed):
    edition = edition_of(seed)
    sheet = score(edition, measures_of(seed, edition))
    keeps = edition.root.over == "keep"
    for node in sheet.nodes:
        if node.achieved is None:
            assert (node.interval, node.points) == (None, None)
            assert node.maximum_used == 0 or node is sheet.total
            continue
        assert node.achieved >= 0
        assert node.achieved <= 1 or (keeps and node.code == edition.root.code)
        if node.interval is not None:
            low, high = node.interval
            assert 0 <= low <= float(node.achieved) <= high
            assert high <= 1 or (keeps and node.code == edition.root.code)
    if sheet.interval is not None:
        assert sheet.interval[0] <= sheet.points <= sheet.interval[1]


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_a_person_moving_up_a_point_never_lowers_a_total_of_rising_rules(seed):
    edition = edition_of(seed, rising=True)
    measures = measures_of(seed, edition)
    if measures.survey is None:
        return
    questions = measures.survey.criteria
    people = [*people_of(seed, questions), *(dict.fromkeys(questions, 2) for _ in range(5))]
    who, question = seed.randrange(len(people)), seed.choice(sorted(questions))
    better = [dict(person) for person in people]
    better[who][question] = None if people[who][question] is None else min(people[who][question] + 1, 5)
    before, after = (
        score(edition, dataclasses.replace(measures, survey=survey_of(each, questions, edition, moments=True))).total
        for each in (people, better)
    )
    assert before.state == after.state
    assert before.points is None or before.points <= after.points


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_bytes_are_the_same_again_and_in_whatever_order_the_measures_come(seed):
    edition = edition_of(seed)
    one = measures_of(seed, edition)
    turned = {
        name: dict(reversed(getattr(one, name).items())) for name in ("ratios", "numbers", "points", "not_applicable")
    }
    survey = one.survey and Survey(one.survey.tally, dict(reversed(one.survey.criteria.items())), "form")
    other = dataclasses.replace(one, survey=survey, **turned)
    first = score(edition, one).canonical()
    assert first == score(edition, one).canonical() == score(edition, other).canonical()
    assert json.loads(first)["nodes"][0]["code"] == "n1"


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_every_line_explains_itself_in_both_languages(seed):
    edition = edition_of(seed)
    sheet = score(edition, measures_of(seed, edition))
    assert [node.code for node in sheet.nodes] == [node.code for node in edition.nodes]
    for node in sheet.nodes:
        for text in (node.formula, node.uncertainty, node.name, node.source):
            assert text.vi.strip()
            assert text.en.strip()
        for words in node.formula:
            assert ".." not in words
            assert "None" not in words
        if node.achieved is not None:
            shown = {spell(node.achieved * each).en for each in (100, node.maximum)}
            assert any(number in node.formula.en for number in shown), node.formula.en
        assert (node.interval is None) == (not re.search("95 % interval", node.uncertainty.en))
        assert (node.interval is None) == (node.achieved is None or node.line.survey is None)


SHELVED = {code: (SHELF / f"{code}.toml").read_text(encoding="utf-8") for code in edition_codes()}
ODD = ['""', '"-1"', '"0"', "0", "-5", "1.5", "nan", "true", "[]", "[[]]", "{}", '"x"', '"1/0"', "99999999999999999999"]
ODD += ['"1/3"', "2026-13-40", "2026-01-01", "[1, 2]", '["a"]', "{ vi = 1 }", "'''", '"' + "9" * 5000 + '"', "9" * 5000]
ODD += ["1e400", "0x" + "F" * 5000, "[" * 2000, '"²"', '"٣"', "1979-05-27T07:32:00", "07:32:00"]


def damaged(seed, text):
    lines = text.split("\n")
    for _ in range(seed.randint(1, 4)):
        at = seed.randrange(len(lines))
        match seed.choice(("delete", "double", "swap", "odd", "key", "cut")):
            case "delete":
                del lines[at]
            case "double":
                lines.insert(seed.randrange(len(lines)), lines[at])
            case "swap":
                other = seed.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case "odd" if "=" in lines[at]:
                lines[at] = f"{lines[at].split('=')[0]}= {seed.choice(ODD)}"
            case "key" if "=" in lines[at]:
                lines[at] = f"x{lines[at]}"
            case "cut":
                lines[at] = lines[at][: seed.randint(0, len(lines[at]))]
    return "\n".join(lines)


@settings(max_examples=200, deadline=None)
@given(seeds, st.sampled_from(sorted(SHELVED)))
def test_a_damaged_edition_is_an_edition_or_a_list_of_faults_with_their_place(seed, code):
    text = damaged(seed, SHELVED[code])
    try:
        edition = parse_edition(text, file=f"{code}.toml")
    except EditionFaults as caught:
        assert caught.faults  # noqa: PT017, some damage leaves an edition
        for fault in caught.faults:
            assert fault.file.endswith(".toml")
            assert fault.key
            assert fault.expected
            assert str(fault)
    else:
        score(edition, Measures("u", "p", "s")).canonical()


SLIPS = (  # how a line begins, how it begins with the slip, how its fault then shows the value
    ("name = {", "name = 3 # {", "3"),
    ('max = "', 'max = "-', "'-"),
    ('weight = "', 'weight = "x', "'x"),
    ('rule = "', 'rule = "no', "'no"),
)


def slips_named(text):
    """Key and value of every fault that shows a slip; what a slip makes of the sums around it may hide behind another."""
    try:
        parse_edition(text, file="x.toml")
    except EditionFaults as caught:
        shown = tuple(value for *_, value in SLIPS)
        return {(fault.key, fault.value) for fault in caught.faults if fault.value.startswith(shown)}
    return set()


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from(sorted(SHELVED)))
def test_two_slips_are_both_named(seed, code):
    lines = SHELVED[code].split("\n")
    slips = [(at, old, new) for at, line in enumerate(lines) for old, new, _ in SLIPS if line.startswith(old)]
    alone, both = [], list(lines)
    for at, old, new in seed.sample(slips, 2):
        once = [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]
        both[at] = both[at].replace(old, new, 1)
        alone.append(slips_named("\n".join(once)))
        assert alone[-1]
    assert alone[0] | alone[1] <= slips_named("\n".join(both))


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_any_measures_are_scored_or_refused_with_a_value_error(seed):
    edition = edition_of(seed)
    codes = [node.code for node in edition.nodes] + ["stray"]

    def some(make):
        return {code: make() for code in codes if seed.random() < 0.3}

    questions = {f"q{i}": seed.choice(codes) for i in range(seed.randint(0, 3))}
    people = [{q: seed.choice((None, 1, 3, 5)) for q in questions} for _ in range(seed.choice((0, 3, 20)))]
    values = seed.choice((None, SHARE, MEAN, (0, 1, 2, 3, 4)))
    frame = pl.DataFrame(people, schema=dict.fromkeys(questions, pl.Int8))
    survey = Survey(count_answers(frame, list(questions), values=values), questions) if questions else None
    known = edition.codes_by_kind if seed.random() < 0.8 else None
    given = {
        "ratio": some(lambda: Ratio(0, 0) if seed.random() < 0.3 else Ratio(seed.randint(0, 9), 6)),
        "number": some(lambda: Number(Decimal(seed.choice(("0", "7.5", "1E+30"))), "")),
        "points": some(
            lambda: Entered(Decimal(seed.choice(("0", "3", "50"))), "", unit=seed.choice(("points", "percent")))
        ),
        "any": some(lambda: "why"),
    }
    if known is not None:  # codes that fit, so that scoring goes on to what they hold
        given = {kind: {code: each[code] for code in each if code in known[kind]} for kind, each in given.items()}
        if survey and not set(questions.values()) <= known["survey"]:
            survey = None
    measures = Measures("u", "p", "s", survey, given["ratio"], given["points"], given["number"], given["any"])
    try:
        sheet = score(edition, measures)
    except ValueError as refused:
        assert "must" in str(refused)  # noqa: PT017, some measures fit
    else:
        assert sheet.canonical() == score(edition, measures).canonical()


def half_up(number):
    return Decimal((number * 200 + 1) // 2) / 100


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(10, 40)), min_size=22, max_size=22), st.data())
def test_totals_are_those_worked_out_by_hand_with_fractions(answers, data):
    """sipas-2017: the plain mean of 22 shares. thi-dua: 50 of that, 30 of the time limit, 20 of taking part."""
    shares = [Fraction(min(yes, n), n) for yes, n in answers]
    elements = {"1": 4, "2": 5, "3": 6, "4": 3, "5": 4}
    criteria = [f"{element}.{i + 1}" for element, size in elements.items() for i in range(size)]
    columns = {
        code: [5] * min(yes, n) + [1] * (n - min(yes, n)) for code, (yes, n) in zip(criteria, answers, strict=True)
    }
    longest = max(map(len, columns.values()))
    frame = pl.DataFrame(
        {code: each + [None] * (longest - len(each)) for code, each in columns.items()},
        schema=dict.fromkeys(columns, pl.Int8),
    )
    survey = Survey(count_answers(frame, criteria, values=SHARE), {code: code for code in criteria}, "form")
    index = sum(shares) / 22
    assert score(parse_edition(SHELVED["sipas-2017"], file="x"), Measures("u", "p", "s", survey)).points == half_up(
        100 * index
    )
    ratio = {code: data.draw(st.integers(1, 60)) for code in ("on_time", "pilot")}
    ratios = {code: Ratio(data.draw(st.integers(0, of)), of) for code, of in ratio.items()}
    on_time, pilot = (Fraction(ratios[code].numerator, ratios[code].denominator) for code in ("on_time", "pilot"))
    sheet = score(parse_edition(SHELVED["thi-dua-2026-mau"], file="x"), Measures("u", "p", "s", survey, ratios))
    assert sheet.points == half_up(50 * index + 30 * on_time + 20 * pilot)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_national_index_is_the_one_worked_out_by_hand_with_fractions(data):
    """qd766: each ratio times its points, full from full_at on; what has nothing to count hands its points on."""
    edition = parse_edition(SHELVED["qd766-2022"], file="x")
    ratios, online = {}, Fraction(data.draw(st.integers(0, 1200)), 100)
    for node in edition.nodes:
        if node.rule == "ratio":
            nothing = () if node.empty_denominator == "not_measured" else (0,)
            of = data.draw(st.sampled_from((*nothing, 3, 7, 90)), label=node.code)
            ratios[node.code] = Ratio(data.draw(st.integers(0, of)), of)
    full_at = {"3.5": "0.8", "3.5b": "0.8", "4.3": "0.8", "5.4": "0.9"}

    def share(code, node):
        ratio = ratios[code]
        if ratio.denominator == 0:
            return {"zero": Fraction(0), "full": Fraction(1)}.get(node.empty_denominator)
        return min(Fraction(1), Fraction(ratio.numerator, ratio.denominator) / Fraction(full_at.get(code, "1")))

    components = []
    for component in edition.children("total"):
        if component.code == "CLGQ":
            components.append((component.maximum, online / 12))
            continue
        parts = [
            (node.maximum, share(node.code, node)) for node in edition.children(component.code) if node.code in ratios
        ]
        known = [(most, part) for most, part in parts if part is not None]
        if known:
            worth = sum(most * part for most, part in known) / sum(most for most, _ in known)
            components.append((component.maximum, worth))
    total = 100 * sum(most * worth for most, worth in components) / sum(most for most, _ in components)
    points = {"CLGQ": Entered(Decimal(online.numerator) / Decimal(online.denominator), "portal")}
    assert score(edition, Measures("u", "p", "s", ratios=ratios, points=points)).points == half_up(total)
