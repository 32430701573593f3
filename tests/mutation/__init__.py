"""How much of the law the scenarios, rules, examples and analyses guard: see docs/mutation.md."""
