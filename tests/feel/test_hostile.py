"""Expressions that try to run code, hang or fill the memory.

Times are of the processor and told as ratios, so that a busy machine does not fail them.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from engine.feel import (
    Budget,
    FeelBudgetError,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.lexer import MAX_TEXT
from tests.pace import assert_within

CODE = {
    "__import__('os')": "feel_not_feel",
    '__import__("os").system("id")': "feel_not_feel",
    '"".__class__.__mro__': "feel_not_feel",
    "x.__class__": "feel_not_feel",
    'open("/etc/hostname")': "feel_unknown_function",
    'os.system("id")': "feel_unknown_function",
    '"abc".upper()': "feel_unknown_function",
    "eval(text)": "feel_unknown_function",
    "a == 1": "feel_not_feel",
    "a && b": "feel_not_feel",
    "a || b": "feel_not_feel",
    "!a": "feel_not_feel",
    "a % 2": "feel_not_feel",
    "'text'": "feel_syntax",
    "lambda x: x": "feel_syntax",
    "[x for x in y]": "feel_syntax",
    'f"{x}"': "feel_syntax",
    "x if y else z": "feel_syntax",
    "a; b": "feel_syntax",
    "import os": "",
    'function(x) external {java: {class: "java.lang.Runtime"}}': "feel_external",
}

LONG = {
    "parentheses 10,000 deep": "(" * 10_000 + "1" + ")" * 10_000,
    "lists 10,000 deep": "[" * 10_000,
    "contexts 10,000 deep": "{a:" * 10_000,
    "not 10,000 deep": "not(" * 10_000 + "true" + ")" * 10_000,
    "minus 10,000 times": "-" * 10_000 + "1",
    "if 10,000 times": "if true then " * 10_000 + "1",
    "else if 10,000 times": "if a then 1 else " * 6_000 + "1",
    "path of 20,000 steps": "a" + ".a" * 20_000,
    "20,000 filters": "a" + "[1]" * 20_000,
    "20,000 comparisons": "1" + " = 1" * 20_000,
    "a number of 90,000 digits": "1" * 90_000,
    "an exponent of 9 digits": "1e999999999",
    "50,001 characters": " " * 50_000 + "1",
    "a name of 40,000 words": "a " * 40_000,
}

FULL = {
    "terms": "+".join(["1"] * 25_000),
    "names": " + ".join(f"namn{number}" for number in range(4_400)),
    "keys": "{" + ", ".join(f"k{number}: 1" for number in range(4_900)) + "}",
    "keys that are read": "{" + ", ".join(f"k{n}: k{n // 2}" for n in range(3_700)) + "}",
    "arguments": "string(" + ",".join(["1"] * 24_990) + ")",
    "powers": "+".join(["1.234567891234567**123.4567"] * 1_780),
    "durations": " + ".join(['duration("P1D")'] * 2_700),
}

COSTLY = {
    "10**12 turns": "for i in 1..10**12 return i",
    "10**12 turns, counted": "count(for i in 1..10**12 return i)",
    "10**12 turns, some": "some i in 1..10**12 satisfies i < 0",
    "three loops": "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
    "endless recursion": "{f: function(x) f(x), r: f(1)}.r",
    "two endless recursions": "{f: function(x) f(x + 1) + f(x + 2), r: f(1)}.r",
    "doubled text": '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("xxx", 35)}.r',
    "doubled list": (
        "{f: function(s, n) if n = 0 then s else f(concatenate(s, s), n - 1), r: f([1], 35)}.r"
    ),
    "shared lists": "{f: function(l, n) if n = 0 then l else f([l, l], n - 1), r: f([1], 35)}.r",
    "shared contexts": (
        "{f: function(c, n) if n = 0 then c else f({a: c, b: c}, n - 1), r: string(f({}, 30))}.r"
    ),
    "long text, many times": f'string join(for i in 1..100000 return "{"x" * 1000}")',
    "long numbers": "string join(for i in 1..10000 return string(10**6000))",
    "distinct values": "distinct values(for i in 1..100000 return i)",
    "sort": "sort(for i in 1..100000 return modulo(i * 7919, 100003), function(a, b) a < b)",
    "replace bomb": (
        '{f: function(s, n) if n = 0 then s else f(replace(s, "a", "aaaaaaaaaa"), n - 1),'
        ' r: f("aaaa", 20)}.r'
    ),
    "partial, copied": "for i in 1..100000 return partial",
    "partial, summed": "for i in 1..100000 return sum(partial)",
    "two lists, every pair": "for a in 1..10000, b in 1..10000 return [a, b]",
    "a loop in a loop": "for a in 1..2000 return for b in 1..2000 return a * b",
    "two calls in each call": (
        "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(38)}.r"
    ),
    "context in context": (
        "{f: function(c, n) if n = 0 then c else f(context put(c, string(n), c), n - 1),"
        " r: f({}, 35)}.r"
    ),
    "contexts merged": "context merge(for i in 1..400000 return {a: i})",
    "long numbers, counted": "for i in 1..100000 return string length(string(10**6144))",
    "roots": "for i in 1..1000000 return sqrt(i)",
    "powers": "for i in 1..1000000 return 1.23456789 ** i",
    "sort with a slow comparison": (
        "sort(for i in 1..20000 return modulo(i * 7919, 20011),"
        " function(a, b) count(for k in 1..1000 return k) > 0 and a < b)"
    ),
    "patterns, each its own": (
        'for i in 1..100000 return matches(string(i), "(x{1,500}){1,2}" + string(i))'
    ),
    "list in text": "for i in 1..100000 return string(partial)",
    "every day there is": 'for d in @"0001-01-01"..@"9999-12-31" return d',
}

DATA = {
    "l": list(range(100_000)),
    "t": "a" * 1_000_000,
    "rows": [{"id": number, "typ": "x"} for number in range(20_000)],
}
ON_DATA = {
    "each among all": "for x in l return list contains(l, x)",
    "each in all": "for x in l return x in l",
    "each with all": "for x in l return l = l",
    "distinct rows": "distinct values(rows)",
    "copies": "for x in l return reverse(l)",
    "joined twice": "for x in l return concatenate(l, l)",
    "median of all, each time": "for x in l return median(l)",
    "rows for each row": "for x in rows return rows[id = x.id]",
    "long text searched": 'for x in l return contains(t, "b")',
    "long text matched": 'for x in l return matches(t, "a*b")',
    "long text split": 'split(t, "a")',
    "long text grown": 'replace(t, "(a)", "$1$1$1$1$1")',
    "long text with itself": "for x in l return t + t",
    "long text between": "string join(for x in l return t, t)",
    "list in text": "for x in l return string(l)",
}

QUICK = {
    "huge power": "9999999999 ** 9999999999",
    "power of power": "10 ** 10 ** 10",
    "huge root": "1.0000001 ** 1e6000",
    "exp": "exp(1e9)",
    "evil regex": f'matches("{"a" * 5000}", "(a+)+$b")',
    "repeat in regex": 'matches("aaa", "(((a{1,1000}){1,1000}){1,1000})")',
    "months without end": '@"2026-08-31" + @"P999999999M"',
    "years without end": '@"P999999999Y" * 1e20',
}


@pytest.mark.parametrize(("text", "code"), CODE.items())
def test_code_is_no_feel(text: str, code: str) -> None:
    if not code:
        assert compile_expression(text).names == (text,)  # a variable, for the check to refuse
        return
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.code == code
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)


def test_double_equals_tells_how_to_mend_it() -> None:
    with pytest.raises(FeelSyntaxError, match="Use = in FEEL") as caught:
        compile_expression("a == 1")
    assert caught.value.position == 2
    assert caught.value.located("a == 1").startswith("line 1, column 3")


@pytest.fixture(autouse=True, scope="module")
def _only_new_objects_are_garbage() -> Iterator[None]:
    """What the tests before have left is not what the collector goes through meanwhile."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_refused_fast(name: str) -> None:
    def refused() -> None:
        with pytest.raises(FeelSyntaxError):
            compile_expression(LONG[name])

    assert_within(1, refused)


@pytest.mark.parametrize("text", FULL.values(), ids=FULL)
def test_texts_as_long_as_they_may_be_compile_in_time(text: str) -> None:
    assert 45_000 < len(text) <= MAX_TEXT
    assert_within(0.6, lambda: compile_expression(text))


@pytest.mark.parametrize("name", COSTLY)
def test_costly_expressions_end_in_a_budget_error(name: str) -> None:
    expression = compile_expression(COSTLY[name])

    def ended() -> None:
        with pytest.raises(FeelBudgetError):
            expression.evaluate({}, budget=Budget(seconds=0.2))

    assert_within(0.9, ended)


@pytest.mark.parametrize("name", ON_DATA)
def test_costly_work_on_large_data_ends_in_a_budget_error(name: str) -> None:
    expression = compile_expression(ON_DATA[name])

    def ended() -> None:
        with pytest.raises(FeelBudgetError):
            expression.evaluate(DATA, budget=Budget(seconds=0.2))

    assert_within(0.9, ended)


def test_the_usual_budget_ends_within_a_second() -> None:
    expression = compile_expression(COSTLY["10**12 turns, some"])

    def ended() -> None:
        with pytest.raises(FeelBudgetError):
            expression.evaluate({})

    assert_within(1, ended)


@pytest.mark.parametrize("name", QUICK)
def test_extreme_numbers_and_patterns_end_fast(name: str) -> None:
    expression = compile_expression(QUICK[name])
    assert_within(0.5, lambda: expression.evaluate({}))


PROBE = """
import json, sys
from engine.feel import Budget, FeelError, compile_expression

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

texts, data = json.load(sys.stdin)
before = peak()
for text in texts:
    try:
        compile_expression(text).evaluate(data, budget=Budget(seconds=0.3))
    except FeelError:
        pass
print(peak() - before)
"""


def test_memory_is_bounded() -> None:
    """All of them in one process of its own, whose peak the system counts."""
    texts = [*COSTLY.values(), *ON_DATA.values(), *QUICK.values()]
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        input=json.dumps([texts, DATA]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert int(done.stdout) < 100_000, "kilobytes"
