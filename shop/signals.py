"""What a host can listen to. Every signal is sent after the commit, with the app as sender."""

from blinker import Namespace

_signals = Namespace()

sale_made = _signals.signal(
    "shop-sale-made",
    doc="""
An order was settled and its receipt numbered.
`order_id`, `number` (the receipt's), `site`, `total_pence`. Nothing about a person.
""",
)

ALL = {"sale_made": sale_made}
