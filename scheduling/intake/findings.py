"""Which findings stop a series, or hold it until the provider has discussed it."""

from treatments.protocols import FindingRule, Library, Protocol

from .intake import Intake


def barriers(intake: Intake, protocol: Protocol, library: Library) -> tuple[FindingRule, ...]:
    """The rules that keep a protocol from this patient, the strictest first.

    An agreed discussion opens what is to be discussed; an override needs a reason as well; a stop stays.
    """
    found = [rule for rule in library.findings.values() if _applies(rule, intake, protocol, library)]
    agreed = [one for one in intake.discussed if one.topic == protocol.key and one.outcome == "agreed"]
    opened = {"discuss"} if agreed else set()
    if any(one.reason for one in agreed):
        opened.add("override")
    order = ("stop", "override", "discuss")
    return tuple(
        sorted((rule for rule in found if rule.level not in opened), key=lambda r: order.index(r.level))
    )


def _applies(rule: FindingRule, intake: Intake, protocol: Protocol, library: Library) -> bool:
    if protocol.treatment not in rule.treatments or (rule.areas and protocol.area not in rule.areas):
        return False
    product = library.treatments[protocol.treatment].product
    if rule.products and product not in rule.products:
        return False
    if rule.below_age is not None:
        return intake.age is not None and intake.age < rule.below_age
    # Acne the patient wants treated is a finding for what else is done on the same skin.
    here = rule.finding == "active_acne" and any(
        want.concern == "active_acne" and library.overlap(want.area, protocol.area)
        for want in intake.concerns
    )
    return here or rule.finding in intake.findings
