"""Addresses of patients' plans."""

import datetime

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from clinic.models.location import FIRST_YEAR, LAST_YEAR
from scheduling.api import views as api
from scheduling.views import (
    absences,
    affected,
    booking,
    boosters,
    calendar,
    chairside,
    composer,
    doses,
    due,
    find,
    gallery,
    given,
    lab,
    lab_impact,
    lab_migrate,
    lots,
    outbox,
    patient_asking,
    patient_events,
    patient_plan,
    patient_record,
    patients,
    plans,
    proposals,
    review,
    times,
    today,
    toxin,
    transfers,
    visits,
    waitlist,
)


class DayConverter:
    """A date in an address: 2027-04-13; a day that does not exist is an address that does not exist."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, text: str) -> datetime.date:
        """Read the date."""
        day = datetime.date.fromisoformat(text)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"{text} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        return day

    def to_url(self, day: datetime.date) -> str:
        """Write the date."""
        return day.isoformat()


class NumberConverter(IntConverter):
    """A number in an address, of at most 18 digits: a database can be asked for no larger one."""

    regex = r"[0-9]{1,18}"


class CountConverter(IntConverter):
    """A count from 1 in an address, of at most 4 digits."""

    regex = r"[0-9]{1,4}"


register_converter(DayConverter, "day")
register_converter(NumberConverter, "number")
register_converter(CountConverter, "count")

app_name = "scheduling"
urlpatterns = [
    path("patients/<number:pk>/", patients.patient, name="patient"),
    path("patients/<number:pk>/plan/", composer.plan_new, name="plan_new"),
    path("patients/<number:pk>/transfer/", transfers.transfer, name="transfer"),
    path("questions/<number:pk>/answer/", patients.question_answer, name="question_answer"),
    path("events/<number:pk>/booster/refuse/", boosters.booster_refuse, name="booster_refuse"),
    path("check-ins/<number:pk>/read/", patients.check_in_read, name="check_in_read"),
    path("my/plan/", patient_plan.my_plan, name="my_plan"),
    path("my/visits/", patient_plan.my_visits, name="my_visits"),
    path("my/visits/<number:pk>/", patient_plan.my_visit, name="my_visit"),
    path("my/visits/<number:pk>/calendar/", patient_plan.my_visit_calendar, name="my_visit_calendar"),
    path("my/visits/<number:pk>/confirm/", patient_plan.my_visit_confirm, name="my_visit_confirm"),
    path("my/visits/<number:pk>/move/", patient_plan.my_visit_move, name="my_visit_move"),
    path("my/events/", patient_events.my_events, name="my_events"),
    path("my/events/new/", patient_events.my_event_new, name="my_event_new"),
    path("my/events/<number:pk>/", patient_events.my_event, name="my_event"),
    path("my/events/<number:pk>/withdraw/", patient_events.my_event_withdraw, name="my_event_withdraw"),
    path("my/events/<number:pk>/booster/", patient_events.my_event_booster, name="my_event_booster"),
    path(
        "my/events/<number:pk>/booster/take-back/",
        patient_events.my_event_booster_back,
        name="my_event_booster_back",
    ),
    path("my/ask/", patient_asking.my_questions, name="my_questions"),
    path("my/more/", patient_record.my_more, name="my_more"),
    path("my/more/check-ins/", patient_asking.my_check_ins, name="my_check_ins"),
    path("my/more/check-ins/<number:pk>/", patient_asking.my_check_in_done, name="my_check_in_done"),
    path("my/more/check-ins/<number:pk>/<count:weeks>/", patient_asking.my_check_in, name="my_check_in"),
    path("my/more/documents/", patient_record.my_documents, name="my_documents"),
    path("my/more/documents/plan/<number:pk>/", patient_record.my_document, name="my_document"),
    path("my/more/documents/care/<slug:kind>/", patient_record.my_care, name="my_care"),
    path("my/more/preferences/", patient_record.my_preferences, name="my_preferences"),
    path("my/more/data/", patient_record.my_data, name="my_data"),
    path("my/more/data/download/", patient_record.my_data_download, name="my_data_download"),
    path("my/more/data/erasure/", patient_record.my_erasure, name="my_erasure"),
    path("plans/<number:pk>/", plans.plan, name="plan"),
    path("plans/<number:pk>/edit/", composer.plan_edit, name="plan_edit"),
    path("plans/<number:pk>/print/", plans.plan_print, name="plan_print"),
    path("plans/<number:pk>/versions/<count:number>/", plans.version, name="version"),
    path("plans/<number:pk>/versions/<count:number>/changes/", plans.changes, name="changes"),
    path("plans/<number:pk>/sessions/<str:series>/<count:number>/", plans.session, name="session"),
    path("plans/<number:pk>/sessions/<str:series>/<count:number>/<day:day>/", plans.day, name="day"),
    path("plans/<number:pk>/approve/", booking.approve, name="approve"),
    path("review/", review.review, name="review"),
    path("review/<number:pk>/", review.review_plan, name="review_plan"),
    path("review/<number:pk>/decline/", review.review_decline, name="review_decline"),
    path("review/<number:pk>/discuss/", review.review_discuss, name="review_discuss"),
    path("plans/<number:pk>/wishes/", booking.wishes, name="wishes"),
    path("plans/<number:pk>/book/", booking.book_series, name="book_series"),
    path("plans/<number:pk>/replan/", booking.replan, name="replan"),
    path("plans/<number:pk>/apply/", booking.apply, name="apply"),
    path("plans/<number:pk>/visits/new/", times.visit_new, name="visit_new"),
    path("plans/<number:pk>/elsewhere/", given.elsewhere, name="elsewhere"),
    path("given/<number:pk>/withdraw/", given.withdraw, name="withdraw"),
    path("changes/<number:pk>/undo/", booking.undo_change, name="undo"),
    path("visits/<number:pk>/", visits.visit, name="visit"),
    path("visits/<number:pk>/arrive/", visits.arrive, name="arrive"),
    path("visits/<number:pk>/complete/", visits.complete, name="complete"),
    path("visits/<number:pk>/card/", chairside.card, name="card"),
    path("visits/<number:pk>/complete/doses/", chairside.complete, name="complete_doses"),
    path("visits/<number:pk>/doses/", doses.doses, name="doses"),
    path("visits/<number:pk>/toxin/", toxin.toxin, name="toxin"),
    path("visits/<number:pk>/toxin/<number:told>/withdraw/", toxin.toxin_withdraw, name="toxin_withdraw"),
    path("doses/<number:pk>/withdraw/", doses.dose_withdraw, name="dose_withdraw"),
    path("observations/<number:pk>/withdraw/", doses.observation_withdraw, name="observation_withdraw"),
    path("messages/", outbox.messages, name="messages"),
    path("messages/<number:pk>/again/", outbox.message_again, name="message_again"),
    path("lots/", lots.lots, name="lots"),
    path("lots/export/", lots.lots_csv, name="lots_csv"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("plans/<number:pk>/proposals/dismiss/", proposals.proposal_dismiss, name="proposal_dismiss"),
    path("visits/<number:pk>/add/", visits.add_given, name="add_given"),
    path("visits/<number:pk>/miss/", visits.miss, name="miss"),
    path("visits/<number:pk>/cancel/", visits.cancel, name="cancel"),
    path("visits/<number:pk>/move/", times.visit_move, name="visit_move"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<day:day>/", calendar.calendar_day, name="calendar_day"),
    path("calendar/week/<day:day>/", calendar.calendar_week, name="calendar_week"),
    path("calendar/move/<number:pk>/", calendar.calendar_move, name="calendar_move"),
    path("today/", today.today, name="today"),
    path("today/<number:pk>/check-in/", today.check_in, name="check_in"),
    path("manage/", include("scheduling.manage_urls")),
    path("affected/", affected.affected, name="affected"),
    path("due/", due.due_list, name="due"),
    path("find/", find.find, name="find"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("lab/", lab.lab, name="lab"),
    path("lab/protocols/<str:key>/", lab.lab_draft, name="lab_draft"),
    path("lab/protocols/<str:key>/as-of/", lab.lab_as_of, name="lab_as_of"),
    path("lab/<number:pk>/", lab_impact.lab_impact, name="lab_impact"),
    path("lab/<number:pk>/discard/", lab.lab_discard, name="lab_discard"),
    path("lab/<number:pk>/sign/", lab.lab_sign, name="lab_sign"),
    path("lab/<number:pk>/migrate/", lab_migrate.lab_migrate, name="lab_migrate"),
    path("lab/<number:pk>/plans/<number:plan>/", lab_migrate.lab_plan, name="lab_plan"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<number:pk>/", absences.absence, name="absence"),
    path("absences/<number:pk>/end/", absences.absence_end, name="absence_end"),
    path("absences/<number:pk>/replan/", absences.absence_replan, name="absence_replan"),
    path("plans/<number:pk>/wait/", waitlist.wait, name="wait"),
    path("waitlist/", waitlist.waitlist, name="waitlist"),
    path("waitlist/<number:pk>/end/", waitlist.wait_end, name="wait_end"),
    path(
        "waitlist/<slug:place>/<number:pk>/<day:day>/<count:minute>/<count:length>/",
        waitlist.freed,
        name="freed",
    ),
    path("offers/<number:pk>/accept/", waitlist.offer_accept, name="offer_accept"),
    path("offers/<number:pk>/decline/", waitlist.offer_decline, name="offer_decline"),
    path("api/visits/<number:pk>/move", api.visit_move, name="api_visit_move"),
    path("api/days/<day:day>/times", api.day_times, name="api_day_times"),
    path("api/plans/<number:pk>/book", api.plan_book, name="api_plan_book"),
]
