"""Examples as data: answers that a form accepts and refuses, questions and what a table answers."""
