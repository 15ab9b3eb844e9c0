"""Stripe's objects, as much of each as Stripe says is always there, and what a shop reads."""

from typing import Any

Thing = dict[str, Any]


def session(asked: dict[str, Any], *, currency: str, total: int, expires_at: int) -> Thing:
    return {
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_details": None,
        "customer_email": asked.get("customer_email"),
        "expires_at": expires_at,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata") or {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": asked.get("allowed_payment_method_types") or ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": asked["success_url"],
        "ui_mode": "hosted_page",
        "url": None,
    }


def customer(email: str, name: str) -> Thing:
    nothing = ("address", "business_name", "individual_name", "phone", "tax_ids")
    return {"email": email, "name": name, "tax_exempt": "none", **dict.fromkeys(nothing)}


def shipping(name: str) -> Thing:
    lines = {"line1": "1 High Street", "line2": None, "city": "Ely", "state": None}
    address = {**lines, "country": "GB", "postal_code": "CB7 4XX"}
    return {"shipping_details": {"name": name, "address": address}}


def intent(session: Thing) -> Thing:
    return {
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "capture_method": "automatic",
        "currency": session["currency"],
        "latest_charge": None,
        "metadata": dict(session["_intent_metadata"]),
        "payment_method_types": session["payment_method_types"],
        "status": "processing",
    }


def charge(intent: Thing) -> Thing:
    return {
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": None, "email": None, "name": None, "phone": None, "tax_id": None
        },
        "captured": False,
        "currency": intent["currency"],
        "disputed": False,
        "metadata": dict(intent["metadata"]),
        "paid": False,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "pending",
    }  # fmt: skip


def refund(charge: Thing, amount: int, asked: dict[str, Any], status: str) -> Thing:
    return {
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "metadata": asked.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "status": status,
    }


def dispute(charge: Thing, amount: int, now: int) -> Thing:
    return {
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": now + 7 * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }


def shown(thing: Thing) -> Thing:
    """As it leaves the house: what only the book needs stays in."""
    return {key: value for key, value in thing.items() if not key.startswith("_")}
