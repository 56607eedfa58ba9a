"""The straightforward CP-SAT model: an integer per session, a Boolean per session and day, linear gaps."""

from ortools.sat.python import cp_model

from benchmarks.cpsat import Model
from benchmarks.days import allowed


class PlainModel(Model):
    """Gaps and drift are linear constraints that hold if the session before is on a certain day."""

    def _domains(self) -> list[list[list[int]]]:
        return [allowed(self.problem, series, self.days, self.windows) for series in self.problem.series]

    def _sessions(self) -> None:
        self.dates = [[self._date(domain) for domain in sessions] for sessions in self.domains]
        self.chosen = [
            [self._choices(date, domain) for date, domain in zip(dates, sessions, strict=True)]
            for dates, sessions in zip(self.dates, self.domains, strict=True)
        ]
        for index, series in enumerate(self.problem.series):
            for number in range(1, len(series.sessions)):
                self._gap(index, number)

    def _date(self, domain: list[int]) -> cp_model.IntVar:
        return self.model.new_int_var_from_domain(cp_model.Domain.from_values(domain), "")

    def _choices(self, date: cp_model.IntVar, domain: list[int]) -> dict[int, cp_model.IntVar]:
        chosen = {day: self.model.new_bool_var("") for day in domain}
        self.model.add_exactly_one(chosen.values())
        self.model.add(date == sum(day * one for day, one in chosen.items()))
        return chosen

    def on(self, series: int, number: int, day: int) -> cp_model.LinearExprT:
        return self.chosen[series][number][day]

    def day(self, series: int, number: int) -> cp_model.LinearExprT:
        return self.dates[series][number]

    def _gap(self, index: int, number: int) -> None:
        series, date = self.problem.series[index], self.dates[index][number]
        window, before = series.sessions[number].window, self.chosen[index][number - 1]
        spans = {previous: self.windows.after(window, previous) for previous in before}
        first, last = self.domains[index][number][0], self.domains[index][number][-1]
        most = max(max(0, start - first, last - end) for _, start, end, _ in spans.values())
        late = self.model.new_int_var(0, most, "")
        for previous, chosen in before.items():
            earliest, start, end, latest = spans[previous]
            self.model.add(date >= earliest).only_enforce_if(chosen)
            self.model.add(date <= latest).only_enforce_if(chosen)
            self.model.add(late >= start - date).only_enforce_if(chosen)
            self.model.add(late >= date - end).only_enforce_if(chosen)
        if series.weight:
            self.cost.append(series.weight * late)

    def _separate(self, one: int, other: int, days: int, same_visit: bool) -> None:
        nearest = 0 if same_visit else -1
        for first in self.dates[one]:
            for second in self.dates[other]:
                before = self.model.new_bool_var("")
                self.model.add(second - first <= nearest).only_enforce_if(before)
                self.model.add(second - first >= max(days, 1)).only_enforce_if(~before)
