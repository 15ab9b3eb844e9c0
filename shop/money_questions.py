"""What `flask shop verify` asks about money: each question's right answer is no rows."""

from shop.order_states import NEXT, OrderState
from shop.undoing import WITH_CODE

_STEPS = " OR ".join(
    f"(came_from = '{earlier}' AND state = '{state}')"
    for earlier, later in NEXT.items()
    for state in sorted(later)
    if state != OrderState.SETTLED
)
MONEY_QUESTIONS: dict[str, str] = {
    "I8 every sale is paid to the penny, online by one payment, and nothing else is": """
        SELECT o.number, o.state, o.total_pence, SUM(payment.amount_pence) AS paid
        FROM shop_order AS o LEFT JOIN shop_payment AS payment ON payment.order_id = o.id
        GROUP BY o.id, o.number, o.state, o.total_pence, o.currency, o.settled_at, o.uid
        HAVING COALESCE(SUM(payment.amount_pence), 0)
               <> CASE WHEN o.settled_at IS NULL THEN 0 ELSE o.total_pence END
            OR MIN(payment.currency) <> o.currency OR MAX(payment.currency) <> o.currency
            OR COUNT(payment.id) <> COALESCE(MAX(payment.position), 0)
            OR (COUNT(payment.id) > 1 AND MAX(payment.reference) IS NOT NULL)
            OR (o.uid IS NOT NULL AND COUNT(payment.id) > 0 AND MAX(payment.reference) IS NULL
               AND (EXISTS (SELECT 1 FROM shop_payment_session AS session
                            WHERE session.order_id = o.id)
                    OR NOT EXISTS (SELECT 1 FROM shop_buyer WHERE shop_buyer.order_id = o.id)))
        """,
    "I9 no more goes back than was paid and sold, line by line and in all": """
        SELECT 'payment of order ' || o.number AS what, SUM(refund.amount_pence) AS back,
               MAX(COALESCE(paid.pence, listed.amount_pence, 0)) AS at_most
        FROM shop_refund AS refund JOIN shop_order AS o ON o.id = refund.order_id
        LEFT JOIN (SELECT order_id, reference, SUM(amount_pence) AS pence
                   FROM shop_payment GROUP BY order_id, reference) AS paid
             ON paid.order_id = o.id
             AND COALESCE(paid.reference, '') = COALESCE(refund.payment, '')
        LEFT JOIN shop_attention AS listed ON listed.reference = refund.payment
             AND listed.kind IN ('paid-twice', 'wrong-amount')
        WHERE refund.state <> 'failed' AND refund.origin <> 'dispute'
        GROUP BY o.number, refund.payment
        HAVING SUM(refund.amount_pence) > MAX(COALESCE(paid.pence, listed.amount_pence, 0))
        UNION ALL
        SELECT 'line ' || line.id, SUM(part.amount_pence),
               line.units * line.unit_pence - line.discount_pence
        FROM shop_refund_line AS part
        JOIN shop_refund AS refund ON refund.id = part.refund_id AND refund.state <> 'failed'
        JOIN shop_order_line AS line ON line.id = part.order_line_id
        GROUP BY line.id, line.units, line.unit_pence, line.discount_pence, line.vat_pence
        HAVING SUM(part.amount_pence) > line.units * line.unit_pence - line.discount_pence
            OR SUM(part.units) > line.units OR SUM(part.vat_pence) > line.vat_pence
        UNION ALL
        SELECT 'postage of order ' || o.number, SUM(refund.postage_pence), o.postage_pence
        FROM shop_refund AS refund JOIN shop_order AS o ON o.id = refund.order_id
        WHERE refund.state <> 'failed'
        GROUP BY o.id, o.number, o.postage_pence, o.postage_vat_pence
        HAVING SUM(refund.postage_pence) > o.postage_pence
            OR SUM(refund.postage_vat_pence) > o.postage_vat_pence
        UNION ALL
        SELECT 'goods of line ' || line.id, SUM(back.units), line.units
        FROM shop_return_line AS back JOIN shop_order_line AS line ON line.id = back.order_line_id
        GROUP BY line.id, line.units HAVING SUM(back.units) > line.units
        UNION ALL
        SELECT 'refund ' || refund.id, refund.amount_pence,
               refund.postage_pence + COALESCE(SUM(part.amount_pence), 0)
        FROM shop_refund AS refund
        LEFT JOIN shop_refund_line AS part ON part.refund_id = refund.id
        GROUP BY refund.id, refund.origin, refund.amount_pence, refund.postage_pence
        HAVING refund.postage_pence + COALESCE(SUM(part.amount_pence), 0) > refund.amount_pence
            OR (refund.origin = 'shop' AND COUNT(part.id) > 0
                AND refund.postage_pence + SUM(part.amount_pence) <> refund.amount_pence)
        UNION ALL
        SELECT 'dashboard refund ' || refund.id, refund.amount_pence,
               refund.postage_pence + COALESCE(SUM(part.amount_pence), 0)
        FROM shop_refund AS refund
        JOIN shop_payment AS payment ON payment.reference = refund.payment
             AND payment.order_id = refund.order_id
        LEFT JOIN shop_refund_line AS part ON part.refund_id = refund.id
        WHERE refund.origin = 'stripe' AND refund.state = 'succeeded'
        GROUP BY refund.id, refund.amount_pence, refund.postage_pence
        HAVING refund.postage_pence + COALESCE(SUM(part.amount_pence), 0) <> refund.amount_pence
        """,
    "I10 every order's total is the sum of its lines and its postage, less its discount": """
        SELECT o.number, o.total_pence, o.discount_pence,
               SUM(line.units * line.unit_pence) + o.postage_pence AS by_lines
        FROM shop_order AS o LEFT JOIN shop_order_line AS line ON line.order_id = o.id
        GROUP BY o.id, o.number, o.total_pence, o.postage_pence, o.discount_pence
        HAVING COALESCE(SUM(line.units * line.unit_pence), 0) + o.postage_pence
               - o.discount_pence <> o.total_pence
            OR COALESCE(SUM(line.discount_pence), 0) <> o.discount_pence
        """,
    "I10 what the sets of an order take off is in its discount": """
        SELECT o.number, o.sets_pence, o.discount_pence, SUM(found.saving_pence) AS saving
        FROM shop_order AS o LEFT JOIN shop_order_set AS found ON found.order_id = o.id
        GROUP BY o.id, o.number, o.sets_pence, o.discount_pence
        HAVING COALESCE(SUM(found.saving_pence), 0) <> o.sets_pence
            OR o.sets_pence > o.discount_pence
        """,
    "I10 every voucher was used by as many orders as it says": f"""
        SELECT voucher.code, voucher.uses + voucher.late_uses AS says, COUNT(o.id) AS orders
        FROM shop_voucher AS voucher LEFT JOIN shop_order AS o
             ON o.voucher_code = voucher.code AND o.state <> 'cancelled'
             AND NOT EXISTS (SELECT 1 FROM shop_refund AS refund WHERE refund.order_id = o.id
                             AND o.channel = 'desk' AND refund.reason = '{WITH_CODE}')
        GROUP BY voucher.code, voucher.uses, voucher.late_uses
        HAVING voucher.uses + voucher.late_uses <> COUNT(o.id)
        """,
    "I11 the VAT of every line and postage is what its own price and rate make it": """
        SELECT what, gross, vat_bp, vat FROM (
            SELECT 'line ' || id AS what,
                   CAST(units AS BIGINT) * unit_pence - discount_pence AS gross,
                   CAST(vat_bp AS BIGINT) AS vat_bp, vat_pence AS vat FROM shop_order_line
            UNION ALL
            SELECT 'postage of order ' || number, CAST(postage_pence AS BIGINT),
                   CAST(postage_vat_bp AS BIGINT), postage_vat_pence FROM shop_order
        ) AS frozen
        WHERE vat <> (2 * gross * vat_bp + 10000 + vat_bp) / (2 * (10000 + vat_bp))
        """,
    "I12 a payment page that was paid and the payment of its order name each other": """
        SELECT session.id AS session, session.state, session.payment, payment.reference
        FROM shop_payment_session AS session
        LEFT JOIN shop_payment AS payment ON payment.order_id = session.order_id
        WHERE (session.state = 'paid' AND (payment.id IS NULL
               OR COALESCE(payment.reference, '') <> session.payment
               OR payment.amount_pence <> session.amount_pence
               OR payment.gateway <> session.gateway))
           OR (session.state = 'paid-twice' AND (payment.id IS NULL
               OR payment.reference = session.payment))
        UNION ALL
        SELECT payment.id, 'payment', payment.reference, NULL FROM shop_payment AS payment
        WHERE payment.reference IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM shop_payment_session AS session
            WHERE session.payment = payment.reference AND session.state = 'paid'
              AND session.order_id = payment.order_id)
        """,
    "I13 a notice that made a sale left one, however often and late it was heard": """
        SELECT event.id AS event, event.outcome, session.state
        FROM shop_gateway_event AS event
        LEFT JOIN shop_payment_session AS session ON session.reference = event.reference
        WHERE (event.outcome IN ('settled', 'owed') AND COALESCE(session.state, '') <> 'paid')
           OR (event.outcome = 'cancelled' AND COALESCE(session.state, 'open') IN ('begun', 'open'))
        """,
    "I14 an order has no more than one payment page that is not over": """
        SELECT order_id, COUNT(*) AS pages FROM shop_payment_session
        WHERE state IN ('begun', 'open') GROUP BY order_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT o.id, 0 FROM shop_order AS o WHERE o.uid IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM shop_payment_session AS session WHERE session.order_id = o.id)
            AND NOT EXISTS (SELECT 1 FROM shop_buyer WHERE shop_buyer.order_id = o.id)
        """,
    "I16 an online order took only steps that there are, and stands where they led": f"""
        SELECT order_id, came_from, state FROM (
            SELECT order_id, state, COALESCE(LAG(state) OVER (
                PARTITION BY order_id ORDER BY id), 'placed') AS came_from
            FROM shop_order_step
        ) AS steps WHERE NOT ({_STEPS})
        UNION ALL
        SELECT o.id, o.state, COALESCE(last.state, 'placed') FROM shop_order AS o
        LEFT JOIN shop_order_step AS last ON last.id = (
            SELECT MAX(id) FROM shop_order_step WHERE order_id = o.id)
        WHERE (o.uid IS NOT NULL AND o.state <> COALESCE(last.state, 'placed'))
           OR (o.uid IS NULL AND last.id IS NOT NULL)
        """,
    "receipts: every sale has one, and their numbers have no gap": """
        SELECT 'order ' || o.number AS what, 1 AS off FROM shop_order AS o
        LEFT JOIN shop_receipt AS receipt ON receipt.order_id = o.id
        WHERE (o.settled_at IS NOT NULL) <> (receipt.id IS NOT NULL)
        UNION ALL
        SELECT 'site ' || receipt.site, MAX(receipt.serial) - COUNT(*) FROM shop_receipt AS receipt
        GROUP BY receipt.site
        HAVING MAX(receipt.serial) <> COUNT(*) OR MAX(receipt.serial) <> COALESCE(
            (SELECT last FROM shop_document_number WHERE series = 'receipt:' || receipt.site), 0)
        """,
    "credit notes: every refund that arrived has one, and their numbers have no gap": """
        SELECT 'refund ' || refund.id AS what, 1 AS off FROM shop_refund AS refund
        LEFT JOIN shop_credit_note AS note ON note.refund_id = refund.id
        WHERE refund.state = 'succeeded' AND refund.origin <> 'dispute' AND note.id IS NULL
          AND EXISTS (SELECT 1 FROM shop_payment AS payment
              WHERE payment.order_id = refund.order_id
                AND COALESCE(payment.reference, '') = COALESCE(refund.payment, ''))
        UNION ALL
        SELECT 'site ' || note.site, MAX(note.serial) - COUNT(*) FROM shop_credit_note AS note
        GROUP BY note.site
        HAVING MAX(note.serial) <> COUNT(*) OR MAX(note.serial) <> COALESCE(
            (SELECT last FROM shop_document_number WHERE series = 'credit-note:' || note.site), 0)
        """,
    "payouts: what goes back at the desk was paid out to the penny, and nothing else was": """
        SELECT refund.id AS refund, refund.amount_pence, SUM(payout.amount_pence) AS paid_out
        FROM shop_refund AS refund LEFT JOIN shop_payout AS payout ON payout.refund_id = refund.id
        GROUP BY refund.id, refund.amount_pence, refund.gateway, refund.state
        HAVING COALESCE(SUM(payout.amount_pence), 0) <> CASE
            WHEN refund.gateway = 'counter' AND refund.state = 'succeeded'
            THEN refund.amount_pence ELSE 0 END
        """,
    "attention: what needs a person is on the list": """
        SELECT o.number, 'owed' AS kind FROM shop_order AS o
        WHERE o.state = 'owed' AND NOT EXISTS (SELECT 1 FROM shop_attention AS listed
            WHERE listed.order_id = o.id AND listed.kind = 'owed' AND listed.settled_at IS NULL)
        UNION ALL
        SELECT session.order_id, session.state FROM shop_payment_session AS session
        WHERE session.state IN ('paid-twice', 'wrong-amount') AND NOT EXISTS (
            SELECT 1 FROM shop_attention AS listed
            WHERE listed.kind = session.state AND listed.reference = session.payment)
        UNION ALL
        SELECT refund.order_id, 'refund-failed' FROM shop_refund AS refund
        WHERE refund.state = 'failed' AND refund.origin <> 'dispute' AND NOT EXISTS (
            SELECT 1 FROM shop_attention AS listed
            WHERE listed.kind = 'refund-failed' AND listed.reference = refund.uid)
        """,
}
