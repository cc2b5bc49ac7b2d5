"""Answers: which command has just the columns of a row as its fields?"""

from domain.plan import commands as c
from domain.plan import events as e
from infrastructure.importing.fact import Asked, Fact, as_it_was

EVERY_PART = tuple(e.PrequalificationPart)


def plain(fact: Fact) -> Asked:
    """Facts whose columns are the fields of one command."""
    on = fact.get("on")
    document = fact.get("document_number")
    flags = fact.get("flags") or ()
    match fact.kind:
        case "draft_revised":
            return Asked(c.Revise(on=on, content=fact.contents[fact.get("revision")]))
        case "plan_changed":
            content = fact.contents[fact.get("revision")]
            return Asked(
                c.Change(on=on, content=content, reason=fact.stated(), document_number=document)
            )
        case "prequalification_recorded":
            answer = {("approved",): True, ("refused",): False}.get(fact.get("outcome"))
            parts = tuple(e.PrequalificationPart(each) for each in flags) or EVERY_PART
            return Asked(
                c.RecordPrequalification(
                    on=on, parts=parts, is_approved=answer, document_number=document
                )
            )
        case "residents_vote_recorded":
            ((estate, in_favour, against, _),) = fact.get("votes")
            return Asked(
                c.RecordResidentsVote(
                    on=on, estate=estate, votes_for=in_favour, votes_against=against
                )
            )
        case "organisation_approved":
            return Asked(c.RecordOrganisationApproval(on=on, organisation=fact.get("subject")))
        case "lbf_committed":
            amount = fact.get("amount_kr")
            return Asked(c.RecordLbfCommitment(on=on, amount_oere=amount, document_number=document))
        case "lbf_refused":
            return Asked(c.RecordLbfRefusal(on=on, document_number=document, reason=fact.text()))
        case "plan_suspended":
            return Asked(c.Suspend(on=on, reason=fact.stated(), moves_end="moves_end" in flags))
        case "plan_resumed":
            until = fact.get("until")
            amend = as_it_was
            if until is not None:

                def amend(event: e.PlanEvent) -> e.PlanEvent:
                    return event.model_copy(update={"end": until})

            return Asked(c.Resume(on=on), amend)
        case _:
            return _late(fact)


def _late(fact: Fact) -> Asked:
    """Facts of a plan's later life."""
    on = fact.get("on")
    document = fact.get("document_number")
    match fact.kind:
        case "plan_extended":
            until = fact.get("until")
            return Asked(c.Extend(on=on, end=until, reason=fact.stated(), document_number=document))
        case "plan_withdrawn":
            return Asked(c.Withdraw(on=on, reason=fact.stated()))
        case "plan_lapsed":
            return Asked(c.Lapse(on=on, reason=fact.stated()))
        case "plan_terminated":
            return Asked(c.Terminate(on=on, reason=fact.stated()))
        case "plan_closed":
            return Asked(c.Close(on=on))
        case "successor_named":
            is_merger = "merger" in (fact.get("flags") or ())
            return Asked(c.NameSuccessor(on=on, successor=fact.get("subject"), is_merger=is_merger))
        case "final_account_submitted":
            return Asked(c.SubmitFinalAccount(on=on, document_number=document))
        case "final_account_accepted":
            return Asked(c.AcceptFinalAccount(on=on, spent_oere=fact.get("amount_kr")))
        case "case_officer_assigned":
            return Asked(c.AssignCaseOfficer(on=on, case_officer=fact.get("subject")))
        case "administrator_changed":
            return Asked(c.ChangeAdministrator(on=on, administrator=fact.get("subject")))
        case "remark_added":
            return Asked(c.AddRemark(on=on, remark=fact.stated()))
        case kind:
            raise ValueError(f"no command for {kind}")
