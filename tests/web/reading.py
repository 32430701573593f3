"""Read a page as a person or her screen reader does."""

from lxml import html

INPUTS = "//main//input[not(@type='hidden')] | //main//select | //main//textarea"


def read(answer):
    return html.fromstring(answer.content.decode())


def text(answer):
    return " ".join(read(answer).xpath("//main")[0].text_content().split())


def title(answer):
    return read(answer).findtext(".//title")


def links(answer, within="//main"):
    return {
        " ".join(link.text_content().split()): link.get("href")
        for link in read(answer).xpath(f"{within}//a[@href]")
    }


def summary(answer):
    """The error summary: id of the field to sentence."""
    rows = read(answer).xpath("//*[@id='felruta']//a")
    return {row.get("href").removeprefix("#"): row.text_content() for row in rows}


def field(answer, name):
    return read(answer).xpath(f"//main//*[@name='{name}']")[0]


def value(answer, name):
    found = field(answer, name)
    return (found.text or "").lstrip("\n") if found.tag == "textarea" else found.get("value")


def filled(answer):
    """What the form on the page would send as it stands: every field's present value."""
    form = read(answer).forms
    chosen = next(one for one in form if one.get("id") == "svar")
    return {key: val for key, val in chosen.form_values() if key != "csrfmiddlewaretoken"}


def task_links(answer):
    rows = read(answer).xpath("//table//th[@scope='row']//a")
    return {row.text_content().strip(): row.get("href") for row in rows}
