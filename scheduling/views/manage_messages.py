"""The words of the practice's messages: read, tried on made-up people, changed and restored."""

from django import forms
from django.contrib import messages as notices
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role
from clinic.text import TextField
from scheduling.actions import messages as actions
from scheduling.booking_page.forms import CardForm
from scheduling.messages.checking import parts
from scheduling.messages.placeholders import EXAMPLES, refused
from scheduling.messages.texts import Kind, Text, in_force, kinds, outdated, preview
from scheduling.models import MessageText

managers = role("manager")


class BaseForm(CardForm):
    """The number of the words that somebody read before changing them."""

    base = forms.IntegerField(min_value=0, max_value=32000, widget=forms.HiddenInput)


class WordsForm(BaseForm):
    """Subject and body of a message."""

    subject = TextField(label="Subject", max_length=120)
    body = TextField(label="Text", max_length=4000, widget=forms.Textarea(attrs={"rows": 14}))

    def clean_body(self):
        """Keep the line ends of one kind, so that a text is the same wherever it was typed."""
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")


@require_safe
@managers
def message_list(request):
    """Show every message with the words in force."""
    newest = {one.key: one for one in MessageText.objects.order_by("number").select_related("written_by")}
    rows = [row(kind, newest.get(kind.key)) for kind in kinds().values()]
    return render(request, "scheduling/manage/messages.html", {"rows": rows, "tab": "messages"})


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def message(request, key):
    """Show a message's words with a preview, and put changed ones in force."""
    kind, text = known(key), in_force(key)
    form = WordsForm(request.POST or None, initial=words(text))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            actions.write(by=request.user, key=key, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            notices.success(request, f"The new words of “{kind.title}” are in force.")
            return redirect("scheduling:manage_message", key)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "scheduling/manage/message.html", page(kind, text, form), status=status)


@require_POST
@managers
def message_restore(request, key):
    """Put the shipped words in force again."""
    kind, form = known(key), BaseForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.ChangedMeanwhile
        actions.restore(by=request.user, key=key, base=form.cleaned_data["base"])
    except ValidationError as refusal:
        notices.error(request, " ".join(refusal.messages))
    else:
        notices.success(request, f"“{kind.title}” uses the shipped words again.")
    return redirect("scheduling:manage_message", key)


def row(kind: Kind, written: MessageText | None) -> dict:
    """Give what the list shows of one message: whose words, and whether they can still be sent."""
    if written is None:
        return {"kind": kind, "text": None, "outdated": ()}
    return {"kind": kind, "text": written, "outdated": outdated(kind, Text(written.subject, written.body))}


def known(key: str) -> Kind:
    """Find a message by its key; 404 for one there is not."""
    if key not in kinds():
        raise Http404("There is no such message.")
    return kinds()[key]


def words(text: Text) -> dict:
    """Give the words in force as the form begins with them."""
    return {"subject": text.subject, "body": text.body, "base": text.number}


def page(kind: Kind, text: Text, form: WordsForm) -> dict:
    """Give what the page of one message shows: its form, what is marked in it, its preview and its past."""
    subject, body = (form[name].value() or "" for name in ("subject", "body"))
    shown = None if refused(f"{subject}\n{body}", EXAMPLES) else preview(subject, body)
    marked = (*parts(subject), *parts(f"\n\n{body}"))
    return {
        "kind": kind,
        "text": text,
        "outdated": outdated(kind, text),
        "form": form,
        "preview": shown,
        "marked": marked if any(one.claim for one in marked) else (),
        "placeholders": [(f"{{{name}}}", EXAMPLES[name], name in kind.needs) for name in kind.allowed],
        "past": MessageText.objects.filter(key=kind.key).select_related("written_by")[:20],
        "tab": "messages",
    }
