"""One wrong line at a time: does anything notice?

    python3 dev.py rigs --mutants           all of them
    python3 dev.py rigs --mutants levels    those whose file or name has this word

Each mutant is a copy of the program with one line changed, and the tests that should notice
it. A mutant that they let live is printed with SURVIVED, and the exit status is 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app.py", "catalog", "pyproject.toml", "shop", "templates", "tests")
MACHINE = "tests/shop/test_machine.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    file: str
    right: str
    wrong: str
    tests: str  # where it should be noticed, on SQLite unless `on` says otherwise
    on: str = "not postgresql"


STOCK, HOLDS, COUNTS = "test_places.py test_stock.py", "test_holds.py", "test_counts.py"
TRANSFERS, BUYING, RULES = "test_transfers.py", "test_deliveries.py", "test_suggestions.py"
MUTANTS = (
    Mutant("a sale needs nothing on the shelf", "levels.py",
           '_LEVEL.c.on_hand + bindparam("units") >= _LEVEL.c.held + bindparam("more_held"),',
           "", STOCK),
    Mutant("what is held may be sold", "levels.py",
           '>= _LEVEL.c.held + bindparam("more_held"),', ">= 0,", HOLDS),
    Mutant("a hold may be let go twice", "levels.py",
           '_LEVEL.c.held + bindparam("more_held") >= 0,', "", "test_levels.py"),
    Mutant("arriving units replace what is there", "levels.py",
           '"on_hand": _LEVEL.c.on_hand + new.on_hand,', '"on_hand": new.on_hand,', STOCK),
    Mutant("moves are not counted", "levels.py",
           'position=_LEVEL.c.position + bindparam("moves"),', "position=_LEVEL.c.position,",
           "test_checks.py"),
    Mutant("a place is full without bounds", "levels.py",
           "where=_LEVEL.c.on_hand + new.on_hand <= MOST_UNITS,", "", STOCK),
    Mutant("the last one ends no spell", "levels.py",
           "elif on_hand == 0 < before:", "elif False:", "test_checks.py " + RULES),
    Mutant("an alert fires only below the minimum", "stock_rules.py",
           "if free <= minimum:", "if free < minimum:", RULES),
    Mutant("a refill arms nothing", "levels.py",
           "else free - grew <= minimum < free:", "else False:", RULES),
    Mutant("an alert fires again and again", "stock_rules.py",
           "    unique=True,\n", "    unique=False,\n", "test_migrations.py"),
    Mutant("levels are locked in the basket's order", "ledger.py",
           "[changes[key] for key in sorted(changes)]", "[changes[key] for key in changes]", STOCK),
    Mutant("one product in two moves is checked twice", "ledger.py",
           "so_far.on_hand + on_hand, so_far.held", "on_hand, so_far.held", STOCK),
    Mutant("any number of units is a move", "ledger.py",
           "if not 1 <= move.units <= MOST_UNITS:", "if False:", STOCK),
    Mutant("a sale from a hold keeps holding", "ledger.py",
           "-move.units if move.held else 0)", "0)", HOLDS),
    Mutant("overdue holds are never let go for a sale", "holds.py",
           "    if levels.shift(work, change, at=at):\n        return True\n",
           "    return levels.shift(work, change, at=at)\n", HOLDS),
    Mutant("a hold is over a moment late", "holds.py",
           '_HOLD.c.until <= bindparam("now"),', '_HOLD.c.until < bindparam("now"),', HOLDS),
    Mutant("readers do not see that a hold is over", "holds.py",
           '_HOLD.c.until <= bindparam("now", type_=UTCTime)',
           '_HOLD.c.until < bindparam("now", type_=UTCTime)', HOLDS),
    Mutant("a hold ends for all orders", "holds.py",
           '_END.where(_HOLD.c.order_number == bindparam("number"))',
           '_END.where(bindparam("number") > 0)', HOLDS + " test_machine.py"),
    Mutant("a hold ends again and again", "holds.py",
           "    .where(_HOLD.c.ended_at.is_(None))\n    .values(ended_at=",
           "    .values(ended_at=", HOLDS),
    Mutant("letting go gives no unit back", "holds.py",
           "Shift(place, sku, held=-units)", "Shift(place, sku, held=0)", HOLDS),
    Mutant("expiry ends holds and frees nothing", "holds.py",
           '        failpoints.reached("sweeper.before_release", work)\n'
           "        _let_go(work, place, sku, units, at=at)\n", "        pass\n", HOLDS),
    Mutant("an order keeps nothing", "orders.py",
           "if holding := units if hold_until", "if holding := {} if hold_until", HOLDS),
    Mutant("an order is settled again", "orders.py",
           ", _ORDER.c.state.in_(UNPAID))", ")", "test_orders.py " + HOLDS),
    Mutant("a transfer is sent from any state", "transfers.py",
           "    if found.state not in states:", "    if False:", TRANSFERS),
    Mutant("a box is received anywhere", "arrivals.py",
           "    if site_id != transfer.to_site:", "    if False:", TRANSFERS),
    Mutant("more arrives than was sent", "arrivals.py",
           "        if given > line.outstanding:", "        if given > line.units:", TRANSFERS),
    Mutant("nothing is accounted for", "arrivals.py",
           ".values(accounted=TransferLine.accounted + part.units)",
           ".values(accounted=TransferLine.accounted)", TRANSFERS),
    Mutant("a lost unit goes back to the sender", "arrivals.py",
           "Outcome.LOST: (MoveReason.LOST_ON_THE_WAY, ADJUSTMENT),",
           "Outcome.LOST: (MoveReason.RETURNED, places.shelf(transfer.from_site)),", TRANSFERS),
    Mutant("a half-received box turns round", "arrivals.py",
           "    if any(line.accounted for line in lines):", "    if False:", TRANSFERS),
    Mutant("a received transfer stays open", "arrivals.py",
           "if all(not line.outstanding", "if not all(not line.outstanding", TRANSFERS),
    Mutant("returned units land at the receiver", "arrivals.py",
           "Outcome.RETURNED: (MoveReason.RETURNED, places.shelf(transfer.from_site)),",
           "Outcome.RETURNED: (MoveReason.RETURNED, places.shelf(transfer.to_site)),", TRANSFERS),
    Mutant("a count compares with now, not with then", "counts.py",
           "return self.counted - self.expected", "return self.counted - self.expected + 1",
           COUNTS),
    Mutant("a tally goes on over a sale", "tallies.py",
           "    if _level(work, line)[1] != line.position:", "    if False:", COUNTS),
    Mutant("a surprise is believed at once", "counts.py",
           "        or_(CountLine.times == 1, CountLine.previous != difference),\n",
           "        CountLine.times > 998,\n", COUNTS),
    Mutant("any second tally is believed", "counts.py",
           "        or_(CountLine.times == 1, CountLine.previous != difference),\n",
           "        CountLine.times == 1,\n", COUNTS),
    Mutant("two count the same shelf", "counts.py",
           "        .where(CountLine.is_open)\n", "        .where(CountLine.times > 99)\n", COUNTS),
    Mutant("a count is posted twice", "counts.py",
           "    if found.state != CountState.OPEN:", "    if False:", COUNTS),
    Mutant("a count writes the wrong way round", "variances.py",
           "more = line.difference > 0", "more = line.difference < 0", COUNTS),
    Mutant("kept units are counted away", "variances.py",
           "    if level.on_hand + line.difference >= level.held:", "    if True:", COUNTS),
    Mutant("a posted count stays on the list", "variances.py",
           "    micro_counts.done(work, count)\n", "", COUNTS),
    Mutant("a kept unit is found", "found.py",
           "    if whom or work.scalar(kept):", "    if False:", COUNTS),
    Mutant("more than ordered is taken without asking", "deliveries.py",
           "    if not more_is_right:", "    if False:", BUYING),
    Mutant("a delivery is not counted against its order", "deliveries.py",
           "values(received=PurchaseLine.received + item.units)",
           "values(received=PurchaseLine.received)", BUYING),
    Mutant("the average forgets what was there", "costs.py",
           "_half_up(there * average + units * cost, there + units)",
           "_half_up(average + cost, 2)", BUYING),
    Mutant("what is coming is ordered again", "suggestions.py",
           "short = max(0, self.target - self.free - self.incoming)",
           "short = max(0, self.target - self.free)", RULES),
    Mutant("packs are rounded down", "suggestions.py",
           "min(-(-short // self.pack),", "min(short // self.pack,", RULES),
    Mutant("empty days count for the pace", "cover.py",
           "Pace(sold.get(key, 0), len(had.get(key, ())), missed.get(key, 0))",
           "Pace(sold.get(key, 0), DAYS, missed.get(key, 0))", RULES),
    Mutant("a sale is in no day's total", "payments.py",
           "    day_totals.add(work, order, clock.day_of(at, zone))\n", "", "test_checks.py"),
    Mutant("a seal forgets the one before it", "seals.py",
           "hashlib.sha256(previous.encode())", "hashlib.sha256()", "test_seals.py"),
    Mutant("a seal does not see the note", "seals.py",
           '*("note", "by", "at"),', '*("by", "at"),', "test_seals.py"),
    Mutant("the ledger may be replaced through a cause", "triggers.py",
           '        ("count_line_id",),\n', "", "test_migrations.py test_checks.py"),
    Mutant("a form works twice", "presses.py",
           "return work.scalar(claim, {\"token_hash\": hashed(token), \"at\": at}) is not None",
           "return True", "test_presses.py"),
    Mutant("a transfer is read without a lock", "transfers.py",
           ".with_for_update()", "", "../rigs/test_locks.py", on="postgresql"),
    Mutant("a count is read without a lock", "counts.py",
           ".with_for_update()", "", "../rigs/test_locks.py", on="postgresql"),
    Mutant("a tally is read without a lock", "tallies.py",
           "        .with_for_update(of=CountLine)\n", "", "../rigs/test_locks.py",
           on="postgresql"),
    Mutant("an average is read without a lock", "costs.py",
           ".with_for_update()", "", "../rigs/test_locks.py", on="postgresql"),
    Mutant("a purchase order is read without a lock", "purchases.py",
           ".with_for_update()", "", "../rigs/test_locks.py", on="postgresql"),
)  # fmt: skip


def main(words: list[str]) -> int:
    chosen = [m for m in MUTANTS if all(word in f"{m.file} {m.name}" for word in words)]
    survived = [mutant.name for mutant in chosen if not _noticed(mutant)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} mutants were noticed.")
    return 1 if survived else 0


def _noticed(mutant: Mutant) -> bool:
    for copy in _copy(mutant):
        tests = [f"tests/shop/{name}" for name in mutant.tests.split()]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
                   "-k", mutant.on, *tests]  # fmt: skip
        ran = subprocess.run(
            command, cwd=copy, env={**os.environ, "MACHINE_EXAMPLES": "200"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    noticed = ran.returncode == 1
    last = next((line for line in ran.stdout.splitlines() if line.startswith("FAILED")), "")
    if ran.returncode not in (0, 1):
        last = ran.stdout[-300:]
    print(f"{'noticed ' if noticed else 'SURVIVED'} {mutant.file}: {mutant.name}  {last[:110]}",
          flush=True)  # fmt: skip
    return noticed


def _copy(mutant: Mutant) -> Iterator[Path]:
    """The program with the one wrong line in it."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, Path(folder) / part, ignore=ignored)
            else:
                shutil.copy(source, folder)
        file = Path(folder) / "shop" / mutant.file
        right = file.read_text()
        assert right.count(mutant.right) >= 1, f"{mutant.file} has no {mutant.right!r} any more"
        file.write_text(right.replace(mutant.right, mutant.wrong, 1))
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
