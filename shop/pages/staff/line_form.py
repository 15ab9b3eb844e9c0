"""The buttons beside a line of a list: one more, one fewer, none."""

from wtforms import StringField

from shop.pages.staff.press import PressForm


class LineForm(PressForm):
    """Each button carries the sku of its line."""

    more = StringField()
    less = StringField()
    remove = StringField()

    @property
    def sku(self) -> str:
        return self.more.data or self.less.data or self.remove.data or ""

    def changed(self, units: int) -> int:
        """What the line's units become."""
        return 0 if self.remove.data else units + (1 if self.more.data else -1)
