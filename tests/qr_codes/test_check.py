import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr_codes import BadCode, Mistyped, kind_of, read_code, show_code
from qr_codes.check import CONSTANTS, LENGTHS, checked, unchecked
from qr_codes.letters import ALPHABET, grouped, read_letters, read_number, write_number

SHAPES = [(kind, length) for kind, lengths in LENGTHS.items() for length in lengths]


@st.composite
def codes(draw):
    kind, length = draw(st.sampled_from(SHAPES))
    return checked(draw(st.text(ALPHABET, min_size=length - 1, max_size=length - 1)), kind), kind


def times_x(element):
    return (element << 1) ^ (0b100101 if element & 16 else 0)


def test_the_check_character_is_the_one_that_a_hand_works_out():
    # Of AAAAAAAAAA each A is 10 = x³ + x; the sum of x¹ … x¹⁰ times it, by a table of powers made here.
    powers = [1]
    while len(powers) < 11:
        powers.append(times_x(powers[-1]))
    total = 0
    for power in powers[1:]:
        total ^= times_x(times_x(times_x(power))) ^ times_x(power)
    assert checked("A" * 10, "link") == "A" * 10 + ALPHABET[total ^ ALPHABET.index("M")]


def test_the_powers_of_x_run_through_all_elements_but_zero_so_all_weights_differ():
    element, seen = 1, set()
    for _ in range(31):
        seen.add(element)
        element = times_x(element)
    assert (len(seen), element) == (31, 1)


@given(codes())
def test_a_code_tells_its_kind_and_gives_its_letters_back(code_and_kind):
    code, kind = code_and_kind
    assert kind_of(code) == kind
    assert unchecked(code, kind) == code[:-1]


@pytest.mark.parametrize(("kind", "length"), SHAPES)
def test_every_single_wrong_letter_is_found(kind, length):
    code = checked(("0A1BC2D3EF7G4HJ" * 2)[: length - 1], kind)
    wrong = [
        code[:place] + letter + code[place + 1 :]
        for place, letter in itertools.product(range(length), ALPHABET)
        if letter != code[place]
    ]
    assert len(wrong) == 31 * length
    for text in wrong:
        with pytest.raises(Mistyped):
            kind_of(text)


@given(codes(), st.data())
def test_any_two_different_letters_exchanged_are_found_neighbours_or_not(code_and_kind, data):
    code, _ = code_and_kind
    first, second = sorted(data.draw(st.sets(st.integers(0, len(code) - 1), min_size=2, max_size=2)))
    swapped = code[:first] + code[second] + code[first + 1 : second] + code[first] + code[second + 1 :]
    if swapped == code:
        return
    with pytest.raises(Mistyped):
        kind_of(swapped)


def test_every_pair_of_neighbours_exchanged_is_found_which_the_hybrid_system_would_not():
    for pair in itertools.permutations(ALPHABET, 2):
        code = checked("07" + "".join(pair) + "34FC68", "link")
        with pytest.raises(Mistyped):
            kind_of("07" + pair[1] + pair[0] + code[4:])


def test_a_pair_mistyped_alike_is_found():
    code = checked("0077340068", "link")
    for letter in set(ALPHABET) - {"7"}:
        with pytest.raises(Mistyped):
            kind_of(f"00{letter}{letter}" + code[4:])


def test_kinds_differ_in_constant_and_in_length():
    assert len(set(CONSTANTS.values())) == len(CONSTANTS)
    lengths = [length for each in LENGTHS.values() for length in each]
    assert len(set(lengths)) == len(lengths)


def test_a_code_of_another_kind_is_refused_without_being_called_mistyped():
    with pytest.raises(BadCode, match="The code is of kind card, not link") as refused:
        unchecked(checked("0" * 12, "card"), "link")
    assert not isinstance(refused.value, Mistyped)


@pytest.mark.parametrize(
    "text", ["", "0007", "0" * 10, "0" * 17, "U00734FC68H", "000734FC68é", "０００734FC68H", "0" * 10**7]
)
def test_what_has_not_the_shape_of_a_code_is_refused(text):
    with pytest.raises(BadCode):
        kind_of(text)


def test_a_code_is_shown_in_groups_of_three_to_five_and_read_back():
    assert show_code("000734fc68h") == "0007-34FC-68H"
    shown = [grouped("0" * length) for length in range(11, 17)]
    assert [[len(group) for group in text.split("-")] for text in shown] == [
        [4, 4, 3], [4, 4, 4], [5, 4, 4], [5, 5, 4], [5, 5, 5], [4, 4, 4, 4],
    ]  # fmt: skip
    with pytest.raises(Mistyped):
        show_code("000734FC68J")


@given(codes())
def test_a_code_is_read_as_a_hand_types_it(code_and_kind):
    code, _ = code_and_kind
    assert read_code(show_code(code).lower()) == code
    assert read_code(f" {code[:3]} {code[3:]}\u00a0") == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code
    assert read_code(code.replace("0", "o").replace("1", "I")) == code


def test_the_alphabet_has_no_look_alikes():
    assert set("ILOU").isdisjoint(ALPHABET)
    assert (len(ALPHABET), len(set(ALPHABET))) == (32, 32)


@given(st.integers(0, 32**8 - 1))
def test_a_number_in_letters_is_read_back(number):
    assert read_number(write_number(number, letters=8)) == number
    assert read_letters(write_number(number, letters=8).lower()) == write_number(number, letters=8)
