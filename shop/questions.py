"""What `flask shop verify` asks about stock: each question's right answer is no rows."""

from shop.ledger import WAYS
from shop.places import OUTSIDE

_INSIDE = (
    "place LIKE 'shelf:%' OR place LIKE 'kept:%' OR place LIKE 'demo:%' "
    "OR place LIKE 'damaged:%' OR place LIKE 'transit:%'"
)


def _at(column: str, kind: str) -> str:
    """Whether a place is of this kind; those outside are kinds of their own."""
    return f"{column} = '{kind}'" if kind in OUTSIDE else f"{column} LIKE '{kind}:_%'"


_LEADS = " OR ".join(
    f"(reason = '{reason}' AND {_at('from_place', leaves)} AND {_at('to_place', arrives)})"
    for reason, ways in WAYS.items()
    for leaves, arrives in ways
)
STOCK_QUESTIONS: dict[str, str] = {
    "I1 every level is the sum of its moves, and has counted them": f"""
        SELECT place, sku, SUM(moved) AS by_moves, SUM(on_hand) AS on_hand,
               SUM(moves) AS moves, SUM(position) AS counted FROM (
            SELECT to_place AS place, sku, units AS moved, 1 AS moves, 0 AS on_hand, 0 AS position
            FROM shop_stock_move
            UNION ALL SELECT from_place, sku, -units, 1, 0, 0 FROM shop_stock_move
            UNION ALL SELECT place, sku, 0, 0, on_hand, position FROM shop_stock_level
        ) AS entries WHERE {_INSIDE}
        GROUP BY place, sku HAVING SUM(moved) <> SUM(on_hand) OR SUM(moves) <> SUM(position)
        """,
    "I2 no level is below zero or below what is held": """
        SELECT place, sku, on_hand, held FROM shop_stock_level
        WHERE on_hand < 0 OR held < 0 OR held > on_hand
        """,
    "I3 every move has units, two places and a reason that leads from one to the other": f"""
        SELECT id, sku, units, from_place, to_place, reason FROM shop_stock_move
        WHERE units < 1 OR from_place = to_place OR NOT ({_LEADS})
        """,
    "I4 what is held is what unpaid orders and plans in force hold": """
        SELECT place || ' ' || sku AS what, SUM(held) AS held, SUM(kept) AS by_holds FROM (
            SELECT place, sku, held, 0 AS kept FROM shop_stock_level
            UNION ALL SELECT place, sku, 0, units FROM shop_hold WHERE ended_at IS NULL
        ) AS entries GROUP BY place, sku HAVING SUM(held) <> SUM(kept)
        UNION ALL
        SELECT 'hold ' || hold.id || ' of order ' || o.number, hold.units, 0
        FROM shop_hold AS hold JOIN shop_order AS o ON o.number = hold.order_number
        WHERE hold.ended_at IS NULL AND o.state <> 'placed'
        UNION ALL
        SELECT 'hold ' || hold.id || ' of plan ' || plan.id, hold.units, 0
        FROM shop_hold AS hold JOIN shop_plan AS plan ON plan.id = hold.plan_id
        WHERE hold.ended_at IS NULL
          AND (plan.revoked_at IS NOT NULL OR hold.until > plan.ends_at)
        """,
    "I5 what was sold left its site's shelf once, and is put aside or with its buyer": """
        SELECT * FROM (
            SELECT line.id AS line, COALESCE(other.sku, line.sku) AS sku, o.state, line.units,
                   COALESCE((SELECT SUM(back.units) FROM shop_return_line AS back
                       WHERE back.order_line_id = line.id
                         AND back.from_place = 'kept:' || o.site), 0) AS taken_out,
                   COALESCE(SUM(CASE WHEN move.reason = 'sale'
                       AND move.from_place = 'shelf:' || o.site
                       AND move.to_place = 'customer' THEN move.units END), 0) AS sold,
                   COALESCE(SUM(CASE WHEN move.reason = 'kept'
                       AND move.from_place = 'shelf:' || o.site
                       AND move.to_place = 'kept:' || o.site THEN move.units END), 0) AS kept,
                   COALESCE(SUM(CASE WHEN move.reason IN ('handed-over', 'uncollected')
                       AND move.from_place = 'kept:' || o.site THEN move.units END), 0) AS gone
            FROM shop_order_line AS line JOIN shop_order AS o ON o.id = line.order_id
            LEFT JOIN shop_substitute AS other ON other.order_line_id = line.id
            LEFT JOIN shop_stock_move AS move ON move.order_line_id = line.id
                 AND move.sku = COALESCE(other.sku, line.sku)
            GROUP BY line.id, line.sku, other.sku, line.units, o.state, o.site
        ) AS lines
        WHERE sold <> CASE state WHEN 'settled' THEN units ELSE 0 END
           OR kept <> CASE WHEN state IN ('placed', 'settled', 'owed', 'cancelled') THEN 0
                           WHEN state = 'refunded' AND kept = 0 THEN 0 ELSE units END
           OR gone <> CASE WHEN state IN ('collected', 'posted', 'uncollected', 'refunded')
                           THEN kept - taken_out ELSE 0 END
        UNION ALL
        SELECT back.id, line.sku, 'came back', back.units, 0, COALESCE(SUM(move.units), 0), 0, 0
        FROM shop_return_line AS back JOIN shop_order_line AS line ON line.id = back.order_line_id
        LEFT JOIN shop_substitute AS other ON other.order_line_id = line.id
        LEFT JOIN shop_stock_move AS move ON move.return_line_id = back.id
             AND move.sku = COALESCE(other.sku, line.sku)
             AND move.from_place = back.from_place AND move.to_place = back.to_place
        GROUP BY back.id, line.sku, back.units HAVING COALESCE(SUM(move.units), 0) <> back.units
        """,
    "kept: what paid orders wait for is put aside": """
        SELECT what, SUM(on_hand) AS put_aside, SUM(units) AS waited_for FROM (
            SELECT place || ' ' || sku AS what, on_hand, 0 AS units FROM shop_stock_level
            WHERE place LIKE 'kept:%'
            UNION ALL
            SELECT 'kept:' || o.site || ' ' || COALESCE(other.sku, line.sku), 0,
                   line.units - COALESCE((SELECT SUM(back.units) FROM shop_return_line AS back
                       WHERE back.order_line_id = line.id
                         AND back.from_place = 'kept:' || o.site), 0)
            FROM shop_order_line AS line JOIN shop_order AS o ON o.id = line.order_id
            LEFT JOIN shop_substitute AS other ON other.order_line_id = line.id
            WHERE o.state IN ('paid', 'ready')
        ) AS entries GROUP BY what HAVING SUM(on_hand) < SUM(units)
        """,
    "substitutes: another product goes out for all of a line, and only of what was owed": """
        SELECT other.order_line_id, line.sku AS ordered, other.sku, line.units, other.units AS sent
        FROM shop_substitute AS other JOIN shop_order_line AS line ON line.id = other.order_line_id
        WHERE other.units <> line.units OR other.sku = line.sku OR NOT EXISTS (
            SELECT 1 FROM shop_order_step AS step
            WHERE step.order_id = line.order_id AND step.state = 'owed')
        """,
    "I6 every unit of a transfer is accounted for once, or on its way": """
        SELECT * FROM (
            SELECT 'transfer ' || t.number || ' ' || line.sku AS what,
                   CASE WHEN t.sent_at IS NULL THEN 0 ELSE line.units END AS units,
                   COALESCE((SELECT SUM(move.units) FROM shop_stock_move AS move
                       WHERE move.transfer_line_id = line.id AND move.sku = line.sku
                         AND move.from_place = 'shelf:' || t.from_site
                         AND move.to_place = 'transit:' || t.to_site), 0) AS sent,
                   line.accounted,
                   COALESCE((SELECT SUM(arrival.units) FROM shop_arrival_line AS arrival
                       WHERE arrival.transfer_line_id = line.id), 0) AS reported,
                   COALESCE((SELECT SUM(move.units) FROM shop_arrival_line AS arrival
                       JOIN shop_stock_move AS move ON move.arrival_line_id = arrival.id
                            AND move.sku = line.sku AND move.units = arrival.units
                            AND move.from_place = 'transit:' || t.to_site
                       WHERE arrival.transfer_line_id = line.id), 0) AS moved,
                   CASE WHEN t.state = 'sent' OR t.sent_at IS NULL
                        THEN 0 ELSE line.units END AS at_least
            FROM shop_transfer_line AS line JOIN shop_transfer AS t ON t.id = line.transfer_id
        ) AS lines
        WHERE units <> sent OR accounted <> reported OR reported <> moved
           OR accounted < at_least OR accounted > units
        UNION ALL
        SELECT place || ' ' || sku, SUM(on_hand), SUM(on_its_way), 0, 0, 0, 0 FROM (
            SELECT place, sku, on_hand, 0 AS on_its_way FROM shop_stock_level
            WHERE place LIKE 'transit:%'
            UNION ALL
            SELECT 'transit:' || t.to_site, line.sku, 0, line.units - line.accounted
            FROM shop_transfer_line AS line JOIN shop_transfer AS t ON t.id = line.transfer_id
            WHERE t.state = 'sent'
        ) AS entries GROUP BY place, sku HAVING SUM(on_hand) <> SUM(on_its_way)
        """,
    "counts: what a posted count differed by is in the ledger once, and nothing else is": """
        SELECT count.number, line.place, line.sku, line.counted - line.expected AS differed,
               COALESCE(SUM(CASE WHEN move.to_place = line.place THEN move.units
                                 ELSE -move.units END), 0) AS moved
        FROM shop_count_line AS line JOIN shop_count AS count ON count.id = line.count_id
        LEFT JOIN shop_stock_move AS move ON move.count_line_id = line.id
             AND move.sku = line.sku AND line.place IN (move.from_place, move.to_place)
        GROUP BY count.number, count.state, line.id, line.place, line.sku, line.counted,
                 line.expected, line.times, line.is_open
        HAVING COALESCE(SUM(CASE WHEN move.to_place = line.place THEN move.units
                                 ELSE -move.units END), 0)
            <> CASE WHEN count.state = 'posted' AND line.times > 0
                    THEN line.counted - line.expected ELSE 0 END
            OR line.is_open <> (count.state = 'open')
        """,
    "deliveries: each line has one move, and the last cost is the product's": """
        SELECT 'delivery line ' || line.id AS what, line.units,
               COALESCE(SUM(move.units), 0) AS moved
        FROM shop_delivery_line AS line JOIN shop_delivery AS box ON box.id = line.delivery_id
        LEFT JOIN shop_stock_move AS move ON move.delivery_line_id = line.id
             AND move.sku = line.sku AND move.to_place = 'shelf:' || box.site
        GROUP BY line.id, line.units HAVING COALESCE(SUM(move.units), 0) <> line.units
        UNION ALL
        SELECT 'order ' || purchase.number || ' ' || line.sku, line.received,
               COALESCE((SELECT SUM(came.units) FROM shop_delivery_line AS came
                   JOIN shop_delivery AS box ON box.id = came.delivery_id
                   WHERE box.purchase_id = purchase.id AND came.sku = line.sku), 0)
        FROM shop_purchase_line AS line JOIN shop_purchase AS purchase
             ON purchase.id = line.purchase_id
        WHERE line.received <> COALESCE((SELECT SUM(came.units) FROM shop_delivery_line AS came
            JOIN shop_delivery AS box ON box.id = came.delivery_id
            WHERE box.purchase_id = purchase.id AND came.sku = line.sku), 0)
        UNION ALL
        SELECT 'cost of ' || cost.sku, cost.average, COALESCE((
            SELECT line.average FROM shop_delivery_line AS line
            WHERE line.sku = cost.sku AND line.average IS NOT NULL
            ORDER BY line.id DESC LIMIT 1), -1)
        FROM shop_product_cost AS cost WHERE cost.average <> COALESCE((
            SELECT line.average FROM shop_delivery_line AS line
            WHERE line.sku = cost.sku AND line.average IS NOT NULL
            ORDER BY line.id DESC LIMIT 1), -1)
        """,
    "totals: the days add up to what was sold": """
        SELECT site, sku, SUM(units) AS by_lines, SUM(counted) AS counted,
               SUM(pence) AS pence, SUM(counted_pence) AS counted_pence FROM (
            SELECT o.site, line.sku, line.units,
                   line.units * line.unit_pence - line.discount_pence AS pence,
                   line.vat_pence, 0 AS counted, 0 AS counted_pence, 0 AS counted_vat
            FROM shop_order_line AS line JOIN shop_order AS o ON o.id = line.order_id
            WHERE o.settled_at IS NOT NULL
            UNION ALL SELECT site, sku, 0, 0, 0, units, pence, vat_pence FROM shop_day_total
        ) AS entries GROUP BY site, sku
        HAVING SUM(units) <> SUM(counted) OR SUM(pence) <> SUM(counted_pence)
            OR SUM(vat_pence) <> SUM(counted_vat)
        """,
    "spells: a shelf that has some is in a spell, and an empty one is not": """
        SELECT level.place, level.sku, level.on_hand, COUNT(spell.id) AS spells
        FROM shop_stock_level AS level LEFT JOIN shop_stock_spell AS spell
             ON spell.place = level.place AND spell.sku = level.sku AND spell.ended_at IS NULL
        WHERE level.place LIKE 'shelf:%'
        GROUP BY level.place, level.sku, level.on_hand
        HAVING (level.on_hand > 0) <> (COUNT(spell.id) = 1)
        """,
}


def _moved(day_after: str, day_before: str) -> str:
    """Which clock a clinic goes by is a setting, and no clock is more than a day from UTC's. So on
    no day may fewer be counted so far than were sold by the day before, or more than by the next.
    """
    sold = """
        FROM shop_order_line AS line JOIN shop_order AS o ON o.id = line.order_id
        WHERE o.settled_at IS NOT NULL GROUP BY 1, 2, 3
        """
    return f"""
        SELECT site, sku, MIN(day) AS since FROM (
            SELECT site, sku, day, SUM(SUM(sure)) OVER so_far AS sure,
                   SUM(SUM(counted)) OVER so_far AS counted, SUM(SUM(maybe)) OVER so_far AS maybe
            FROM (
                SELECT o.site, line.sku, {day_after} AS day, SUM(line.units) AS sure,
                       0 AS counted, 0 AS maybe {sold}
                UNION ALL SELECT o.site, line.sku, {day_before}, 0, 0, SUM(line.units) {sold}
                UNION ALL SELECT site, sku, day, 0, units, 0 FROM shop_day_total
            ) AS entries GROUP BY site, sku, day
            WINDOW so_far AS (PARTITION BY site, sku ORDER BY day)
        ) AS days WHERE counted < sure OR counted > maybe GROUP BY site, sku
        """


# By the kind of database, because each has its own words for the day after.
MOVED = "totals: what was sold is counted on its day, or a day beside it"
MOVED_QUESTION: dict[str, str] = {
    "sqlite": _moved("date(o.settled_at, '+1 day')", "date(o.settled_at, '-1 day')"),
    "postgresql": _moved(
        "CAST(o.settled_at AT TIME ZONE 'UTC' AS date) + 1",
        "CAST(o.settled_at AT TIME ZONE 'UTC' AS date) - 1",
    ),
}
