"""Who may use which route, read from the views themselves: their roles, methods and addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

from clinic.library_routes import ANSWERS, NO_METHOD, OK, SIGN_IN, STRANGER, library_answer
from clinic.models import User

ROLES = tuple(User.Role.values)
METHODS = ("GET", "POST")
# What an address names of somebody's: a number of a row. Days, slugs and library keys are nobody's.
NUMBERED = re.compile(r"<(?:int|number):(?:pk|plan)>")
# What is numbered here belongs to the whole practice, and is nobody's alone.
OF_THE_PRACTICE = re.compile(r"^lab/<number:pk>/")
OWN, OTHER, FOREIGN, NONE = "own", "other", "foreign", "none"


@dataclass(frozen=True)
class Route:
    """One address and what its view says of itself; `roles` is None for everybody who is signed in."""

    name: str
    pattern: str
    methods: frozenset[str]
    roles: frozenset[str] | None
    public: bool
    ours: bool

    @property
    def whose(self) -> tuple[str, ...]:
        """Whose objects the address can name."""
        if self.ours and NUMBERED.search(OF_THE_PRACTICE.sub("", self.pattern)):
            return (OWN, OTHER, FOREIGN)
        return (NONE,)

    def answer(self, method: str, role: str, whose: str) -> str:
        """Say what the role gets: `ok`, `sign in`, or the status that refuses, in the order it is asked.

        What django-allauth decides may lead on elsewhere as well: `leads on`.
        """
        if not self.ours:
            return library_answer(self.name, method, role)
        if role == STRANGER and not self.public:
            return "401" if self.pattern.startswith("api/") else SIGN_IN
        if method not in self.methods:
            return NO_METHOD
        if self.roles is not None and role not in self.roles:
            return "403"
        if whose == FOREIGN or (whose == OTHER and role == User.Role.PATIENT):
            return "404"
        return OK


def routes(patterns=None, namespace: str = "", prefix: str = "") -> Iterator[Route]:
    """Give every route of the application, in the order of its addresses."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield read(pattern.callback, f"{namespace}{pattern.name}", address)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner, address)


def read(view, name: str, address: str) -> Route:
    """Read one view; what django-allauth's answer stands by hand, as they say less of themselves."""
    ours = not view.__module__.startswith("allauth") and name not in ANSWERS
    return Route(
        name=name,
        pattern=address,
        methods=allowed(view) if ours else frozenset(METHODS),
        roles=getattr(view, "roles", None),
        public=not getattr(view, "login_required", True) or not ours,
        ours=ours,
    )


def allowed(view) -> frozenset[str]:
    """Ask a view by a method that does not exist which methods do."""
    request = RequestFactory().generic("PROPFIND", "/")
    request.user = AnonymousUser()
    answer = view(request)
    if answer.status_code != 405:
        raise TypeError(f"{view.__module__}.{view.__name__} takes any method: give it @require_….")
    return frozenset(answer.headers["Allow"].split(", "))


def table() -> list[dict[str, str]]:
    """Give the whole table: route, address, method, role, whose object, answer."""
    return [
        {
            "route": route.name,
            "address": f"/{route.pattern}",
            "method": method,
            "role": role,
            "whose": whose,
            "answer": route.answer(method, role, whose),
        }
        for route in routes()
        for method in METHODS
        for role in (STRANGER, *ROLES)
        for whose in route.whose
    ]
