"""Expressions that try to run code, hang or fill the memory.

Times are of the processor, so that a busy machine does not fail them.
"""

import time
import tracemalloc

import pytest

from engine.feel import (
    Budget,
    FeelBudgetError,
    FeelError,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
)

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
    "100,001 characters": " " * 100_000 + "1",
    "a name of 40,000 words": "a " * 40_000,
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
    "every day there is": 'for d in @"0001-01-01"..@"9999-12-31" return d',
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


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_refused_fast(name: str) -> None:
    began = time.thread_time()
    with pytest.raises(FeelSyntaxError):
        compile_expression(LONG[name])
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("name", COSTLY)
def test_costly_expressions_end_in_a_budget_error(name: str) -> None:
    expression = compile_expression(COSTLY[name])
    began = time.thread_time()
    with pytest.raises(FeelBudgetError):
        expression.evaluate({}, budget=Budget(seconds=0.2))
    assert time.thread_time() - began < 0.9


def test_the_usual_budget_ends_within_a_second() -> None:
    expression = compile_expression(COSTLY["10**12 turns, some"])
    began = time.thread_time()
    with pytest.raises(FeelBudgetError):
        expression.evaluate({})
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("name", QUICK)
def test_extreme_numbers_and_patterns_end_fast(name: str) -> None:
    expression = compile_expression(QUICK[name])
    began = time.thread_time()
    expression.evaluate({})
    assert time.thread_time() - began < 0.5


def test_memory_is_bounded() -> None:
    expression = compile_expression(COSTLY["10**12 turns"])
    tracemalloc.start()
    try:
        with pytest.raises(FeelError):
            expression.evaluate({})
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()
