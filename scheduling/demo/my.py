"""What the demo's patient with an account told the practice: questions, a day that matters, a check-in."""

import datetime

from clinic.demo import PATIENT
from clinic.models import Patient, User
from scheduling.actions import check_ins, events, questions
from scheduling.demo.cast import Cast
from scheduling.demo.room import make_room
from scheduling.models import Booking, CheckIn, Question

DAY = datetime.timedelta(days=1)
WEEKS = 2
ASKED = "Could something be done for the fine lines right above my lip as well?"
ANSWERED = "Is a sauna all right the day after my visit?"
ANSWER = "Please wait a day: no sauna for the first 24 hours. After that it is fine."
EVENT, AHEAD, EXTRA = "Portrait session", 100, "dynamic_filler.cheek_smile"


def seed_my(cast: Cast) -> None:
    """Let the patient ask, tell and answer, unless they have asked something already."""
    patient = Patient.objects.filter(email=PATIENT.email).with_details().select_related("user").first()
    if patient is None or patient.user is None or Question.objects.filter(patient=patient).exists():
        return
    by, location = patient.user, patient.location
    before = cast.noon(location, cast.today(location) - 9 * DAY)
    asked = questions.ask(by=by, patient=patient, topic=Question.Topic.OTHER, text=ANSWERED, now=before)
    answers = {"by": cast.coordinator(location), "text": ANSWER, "now": before + DAY}
    questions.answer(question=asked, **answers, tells=False)
    yesterday = cast.noon(location, cast.today(location) - DAY)
    questions.ask(by=by, patient=patient, topic=Question.Topic.NEAR_MOUTH, text=ASKED, now=yesterday)
    day = cast.today(location) + AHEAD * DAY
    event = events.tell(by=by, patient=patient, name=EVENT, date=day, now=yesterday)
    events.ask_for_booster(by=by, event=event, key=EXTRA, now=yesterday)
    checked_in(cast, patient, by)
    make_room(cast, patient)


def checked_in(cast: Cast, patient: Patient, by: User) -> None:
    """Let the patient answer two weeks after the first visit; the answer after six is still to come."""
    visit = Booking.objects.filter(patient=patient, status=Booking.Status.COMPLETED).with_details().first()
    if visit is None or visit.date + WEEKS * 7 * DAY >= cast.today(patient.location):
        return
    now = cast.noon(patient.location, visit.date + (WEEKS * 7 + 1) * DAY)
    facts = {"smile": CheckIn.Smile.LESS, "fading": CheckIn.Fading.NOT}
    check_ins.answer(by=by, booking=visit, weeks=WEEKS, now=now, **facts)
