"""Papers for people: a template of the edition and plain data in, an accessible PDF out.

Pure functions: no database, no clock, no files, no network. A paper is data::

    processes/papers/<id>.typ     what it looks like (typst)
    processes/papers/<id>.toml    title, kind of data, lagrum, who signs
    processes/papers/_brev.typ    the letter that every paper is set in

    paper = load_paper(bundle.files, "beslut")
    pdf = render(bundle.files, paper, letter, lagrum)   # PDF/A-2a and PDF/UA-1, in Swedish

``letter`` is a ``Letter``: the person, the sender and the content, of the kind (``underlag``) that
the paper names. A new paper of a known kind needs no Python; a new kind needs a model in
``records.papers.kinds`` and a source in ``records.queries.paper_sources``.

What a person wrote is passed as data and never read as markup. ``check_papers`` renders every
paper with example data, filled and bare, so an unknown field is found before it is deployed.
"""

from records.papers.catalogue import Paper, PaperError, load_paper, papers_of
from records.papers.check import check_papers
from records.papers.letter import Citation, Letter, Recipient, Sender, Signature
from records.papers.render import PaperNotRenderedError, render

__all__ = [
    "Citation",
    "Letter",
    "Paper",
    "PaperError",
    "PaperNotRenderedError",
    "Recipient",
    "Sender",
    "Signature",
    "check_papers",
    "load_paper",
    "papers_of",
    "render",
]
