"""What `flask shop verify` asks about the drawers: each question's right answer is no rows."""

TILL_QUESTIONS: dict[str, str] = {
    "till: a clinic has one drawer open at most, and each that was closed has its Z report": """
        SELECT 'open at ' || site AS what, COUNT(*) AS many FROM shop_till_session
        WHERE closed_at IS NULL GROUP BY site HAVING COUNT(*) > 1
        UNION ALL
        SELECT 'session ' || session.id, COUNT(report.id) FROM shop_till_session AS session
        LEFT JOIN shop_z_report AS report
             ON report.session_id = session.id AND report.site = session.site
        GROUP BY session.id, session.closed_at
        HAVING COUNT(report.id) <> CASE WHEN session.closed_at IS NULL THEN 0 ELSE 1 END
        """,
    "till: what the desk takes and gives back names the drawer, since its clinic has had one": """
        SELECT 'payment ' || payment.id AS what, o.site, session.site AS drawer
        FROM shop_payment AS payment JOIN shop_order AS o ON o.id = payment.order_id
        LEFT JOIN shop_till_session AS session ON session.id = payment.session_id
        WHERE (payment.session_id IS NOT NULL AND session.site <> o.site)
           OR (payment.session_id IS NULL AND payment.gateway = 'counter'
               AND payment.amount_pence > 0 AND payment.at >= (
               SELECT MIN(first.opened_at) FROM shop_till_session AS first
               WHERE first.site = o.site))
        UNION ALL
        SELECT 'refund ' || refund.id, o.site, session.site
        FROM shop_refund AS refund JOIN shop_order AS o ON o.id = refund.order_id
        LEFT JOIN shop_till_session AS session ON session.id = refund.session_id
        WHERE (refund.session_id IS NOT NULL AND session.site <> o.site)
           OR (refund.session_id IS NULL AND refund.gateway = 'counter'
               AND refund.amount_pence > 0 AND refund.state <> 'failed' AND refund.asked_at >= (
               SELECT MIN(first.opened_at) FROM shop_till_session AS first
               WHERE first.site = o.site))
        """,
    "till: a Z report says what its session took, gave back, moved and counted": """
        SELECT number, method, SUM(sales) AS sales, SUM(sales_pence) AS sales_pence,
               SUM(refunds) AS refunds, SUM(refunds_pence) AS refunds_pence FROM (
            SELECT report.number, line.method, line.sales, line.sales_pence, line.refunds,
                   line.refunds_pence
            FROM shop_z_line AS line JOIN shop_z_report AS report ON report.id = line.z_report_id
            UNION ALL
            SELECT report.number, payment.method, -1, -payment.amount_pence, 0, 0
            FROM shop_payment AS payment
            JOIN shop_z_report AS report ON report.session_id = payment.session_id
            UNION ALL
            SELECT report.number, payout.method, 0, 0, -1, -payout.amount_pence
            FROM shop_refund AS refund
            JOIN shop_z_report AS report ON report.session_id = refund.session_id
            JOIN shop_payout AS payout ON payout.refund_id = refund.id
            WHERE refund.state <> 'failed'
        ) AS entries GROUP BY number, method
        HAVING SUM(sales) <> 0 OR SUM(sales_pence) <> 0
            OR SUM(refunds) <> 0 OR SUM(refunds_pence) <> 0
        UNION ALL
        SELECT number, 'drawer', float_off, cash_off, expected_off, counted_off FROM (
            SELECT report.number, report.float_pence - session.float_pence AS float_off,
                   ABS(report.cash_in_pence - COALESCE((SELECT SUM(move.amount_pence)
                       FROM shop_cash_move AS move
                       WHERE move.session_id = session.id AND move.way = 'in'), 0))
                   + ABS(report.cash_out_pence - COALESCE((SELECT SUM(move.amount_pence)
                       FROM shop_cash_move AS move
                       WHERE move.session_id = session.id AND move.way = 'out'), 0))
                   AS cash_off,
                   report.expected_pence - report.float_pence - report.cash_in_pence
                   + report.cash_out_pence
                   - COALESCE((SELECT SUM(line.sales_pence - line.refunds_pence)
                       FROM shop_z_line AS line
                       WHERE line.z_report_id = report.id AND line.method = 'cash'), 0)
                   AS expected_off,
                   report.counted_pence
                   - COALESCE((SELECT SUM(count.pieces * count.denomination_pence)
                       FROM shop_cash_count AS count WHERE count.session_id = session.id
                         AND count.occasion = 'closed'), 0) AS counted_off
            FROM shop_z_report AS report
            JOIN shop_till_session AS session ON session.id = report.session_id
        ) AS drawers
        WHERE float_off <> 0 OR cash_off <> 0 OR expected_off <> 0 OR counted_off <> 0
        """,
    "loans: no more is lent than there are demo units, and what was sold has its sale": """
        SELECT loan.site || ' ' || loan.sku AS what, COUNT(*) AS lent,
               COALESCE(MAX(level.on_hand), 0) AS demo
        FROM shop_loan AS loan LEFT JOIN shop_stock_level AS level
             ON level.place = 'demo:' || loan.site AND level.sku = loan.sku
        WHERE loan.ended_at IS NULL GROUP BY loan.site, loan.sku
        HAVING COUNT(*) > COALESCE(MAX(level.on_hand), 0)
        UNION ALL
        SELECT 'loan ' || loan.number, COUNT(line.id), 1 FROM shop_loan AS loan
        LEFT JOIN shop_order AS o ON o.id = loan.order_id AND o.site = loan.site
             AND o.settled_at IS NOT NULL
        LEFT JOIN shop_order_line AS line ON line.order_id = o.id AND line.sku = loan.sku
        WHERE loan.ending = 'sold' GROUP BY loan.number HAVING COUNT(line.id) <> 1
        """,
    "Z reports: their numbers have no gap": """
        SELECT report.site, MAX(report.serial) - COUNT(*) AS gap FROM shop_z_report AS report
        GROUP BY report.site
        HAVING MAX(report.serial) <> COUNT(*) OR MAX(report.serial) <> COALESCE(
            (SELECT last FROM shop_document_number WHERE series = 'z:' || report.site), 0)
        """,
}
