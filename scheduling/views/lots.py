"""The recall of a lot."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import role
from clinic.text import TextField
from scheduling.chairside.recall import as_csv, found_for, recalled, remember
from scheduling.models.dose import lot_key

PER_PAGE = 25


class LotForm(forms.Form):
    """The lot that is searched for."""

    q = TextField(label="Lot number", max_length=40, required=False)

    def clean_q(self) -> str:
        """Refuse what is no lot number at all."""
        text = self.cleaned_data["q"]
        if text and not lot_key(text):
            raise forms.ValidationError("A lot number has letters or digits.", code="lot")
        return text


@require_safe
@role("provider", "manager")
def lots(request):
    """Find everybody who was given a lot, at the person's own locations."""
    form = LotForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(found_for(request.user, text) if text else (), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    if text:
        remember(request.user, text, rows, timezone.now(), "searched")
    context = {"form": form, "text": text, "page": page, "rows": list(recalled(rows))}
    return render(request, "scheduling/lots.html", context)


@require_safe
@role("provider", "manager")
def lots_csv(request):
    """Export everybody who was given a lot."""
    form = LotForm(request.GET)
    if not form.is_valid() or not form.cleaned_data["q"]:
        return redirect("scheduling:lots")
    text = form.cleaned_data["q"]
    rows = list(found_for(request.user, text))
    remember(request.user, text, rows, timezone.now(), "exported")
    response = HttpResponse(as_csv(recalled(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lot-recall.csv"'
    return response
