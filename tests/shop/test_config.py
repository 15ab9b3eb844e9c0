"""Settings: every one has a default, and every value that can't be right is refused by name."""

from pathlib import Path

import pytest

from shop.config import Settings, from_environment
from shop.errors import NotReady
from shop.post_zones import PostZone
from shop.postage import Band

KEY = "k" * 32


def test_a_host_that_sets_nothing_but_the_database_gets_every_default() -> None:
    settings = Settings.read({"DATABASE_URL": "sqlite:///shop.sqlite"})

    assert (settings.env, settings.currency, settings.time_zone) == (
        "production",
        "GBP",
        "Europe/London",
    )
    assert str(settings.url) == "sqlite:///shop.sqlite"


def test_the_shops_own_database_wins_over_the_hosts() -> None:
    config = {"DATABASE_URL": "sqlite:///host.sqlite", "SHOP_DATABASE_URL": "sqlite:///shop.sqlite"}

    assert Settings.read(config).url.database == "shop.sqlite"


@pytest.mark.parametrize("nothing", ["", None])
def test_a_shop_database_that_is_set_to_nothing_means_the_hosts(nothing: str | None) -> None:
    config = {"DATABASE_URL": "sqlite:///host.sqlite", "SHOP_DATABASE_URL": nothing}

    assert Settings.read(config).url.database == "host.sqlite"


def test_a_setting_of_none_is_as_good_as_no_setting() -> None:
    settings = Settings.read({"SHOP_VAT_NUMBER": None, "SHOP_NAME": None})

    assert (settings.vat_number, settings.name) == ("", "Sorespot")


def test_what_is_no_setting_of_the_shop_is_refused_by_name() -> None:
    with pytest.raises(NotReady, match="SHOP_VATNUMBER is no setting"):
        Settings.read({"SHOP_VATNUMBER": "GB 123", "SHOP_NAME": "Riverside"})


def test_the_hosts_own_keys_are_none_of_our_business() -> None:
    assert Settings.read({"SHOPPING": "x", "WORKSHOP_NAME": "y", "shop_name": "z"}).name == (
        "Sorespot"
    )


@pytest.mark.parametrize("env", ["", "Production", "staging", "dev"])
def test_an_environment_we_do_not_know_is_refused(env: str) -> None:
    with pytest.raises(NotReady, match="SHOP_ENV is production or development"):
        Settings.read({"SHOP_ENV": env})


@pytest.mark.parametrize("currency", ["EUR", "gbp", "£", ""])
def test_another_currency_is_refused(currency: str) -> None:
    with pytest.raises(NotReady, match="SHOP_CURRENCY can only be GBP"):
        Settings.read({"SHOP_CURRENCY": currency})


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "Europe", "zone.tab", "/etc/localtime", "../UTC", "x" * 300, "a\0b"]
)
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(NotReady, match=r"SHOP_TIME_ZONE .* is no time zone"):
        Settings.read({"SHOP_TIME_ZONE": zone})


@pytest.mark.parametrize("policy", ["default-src 'self'\nX-Own: 1", "default-src 'self'\r"])
def test_a_content_policy_of_more_than_one_line_is_refused(policy: str) -> None:
    with pytest.raises(NotReady, match="SHOP_CSP"):
        Settings.read({"SHOP_CSP": policy})


def test_no_database_at_all_is_refused_with_the_way_out() -> None:
    with pytest.raises(NotReady, match="Set DATABASE_URL or SHOP_DATABASE_URL"):
        _ = Settings.read({}).url


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("shop.sqlite", "is not a database URL"),
        ("postgresql://u:p@host:port/shop", "is not a database URL"),
        ("mysql://host/shop", "not on mysql"),
        ("oracle+oracledb://host/shop", "not on oracle"),
        ("nonsense+x://host/shop", "not on nonsense"),
    ],
)
def test_a_database_we_cannot_run_on_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(NotReady, match=sentence):
        _ = Settings.read({"DATABASE_URL": url}).url


@pytest.mark.parametrize("url", ["postgresql://anna:s3cret@host:port/shop", "s3cret"])
def test_a_refused_database_url_does_not_show_its_password(url: str) -> None:
    with pytest.raises(NotReady) as refusal:
        _ = Settings.read({"DATABASE_URL": url}).url

    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_psycopg(name: str) -> None:
    url = Settings.read({"DATABASE_URL": f"{name}://anna:pw@host:5433/shop?sslmode=require"}).url

    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://anna:pw@host:5433/shop?sslmode=require"
    )


def test_a_relative_sqlite_path_stays_relative_to_the_working_directory() -> None:
    assert Settings.read({"DATABASE_URL": "sqlite:///data/shop.sqlite"}).url.database == (
        "data/shop.sqlite"
    )


def test_content_folders_are_separated_by_colons_and_empty_ones_are_left_out() -> None:
    settings = Settings.read({"SHOP_CONTENT_FOLDERS": "/clinic/a::/clinic/b:"})

    assert settings.folders == (Path("/clinic/a"), Path("/clinic/b"))


def test_the_environment_is_read_by_the_same_names_and_nothing_else_of_it() -> None:
    environ = {
        "SHOP_NAME": "Riverside",
        "SECRET_KEY": KEY,
        "DATABASE_URL": "sqlite:///x",
        "SHOP_SERVICE_HOST": "10.0.0.1",  # a cluster puts such things into every process
        "PATH": "/bin",
    }

    assert from_environment(environ) == {
        "SHOP_NAME": "Riverside",
        "SECRET_KEY": KEY,
        "DATABASE_URL": "sqlite:///x",
    }


@pytest.mark.parametrize("brand", ["#0b5a5e", "#7A1F5C", ""])
def test_a_colour_that_can_be_read_is_taken(brand: str) -> None:
    assert Settings.read({"SHOP_BRAND_COLOUR": brand}).brand_colour == brand


def test_a_colour_that_is_hard_to_read_stops_the_start_with_a_way_out() -> None:
    with pytest.raises(NotReady, match=r"SHOP_BRAND_COLOUR #ff8800 is too pale: .* is #\w{6}\."):
        Settings.read({"SHOP_BRAND_COLOUR": "#ff8800"})


def test_what_is_no_colour_at_all_is_refused() -> None:
    with pytest.raises(NotReady, match="SHOP_BRAND_COLOUR is six digits"):
        Settings.read({"SHOP_BRAND_COLOUR": "red;}body{display:none"})


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"SHOP_POSTAGE_SMALL": "3,50"}, "SHOP_POSTAGE_SMALL must be an amount in pounds"),
        ({"SHOP_POSTAGE_MEDIUM": "-1"}, "SHOP_POSTAGE_MEDIUM must be an amount in pounds"),
        ({"SHOP_DISCOUNT_LIMIT": "101"}, "SHOP_DISCOUNT_LIMIT must be per cent from 0 to 100"),
        ({"SHOP_REFUND_LIMIT": "a lot"}, "SHOP_REFUND_LIMIT must be an amount in pounds"),
        ({"SHOP_RESERVE": "maybe"}, "SHOP_RESERVE is yes, or not set"),
    ],
)
def test_what_orders_can_not_work_with_is_refused(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(NotReady, match=sentence):
        Settings.read({"DATABASE_URL": "sqlite://", **settings})


def test_postage_and_limits_are_read_to_the_penny() -> None:
    settings = Settings.read(
        {"DATABASE_URL": "sqlite://", "SHOP_POSTAGE_SMALL": "3.50", "SHOP_REFUND_LIMIT": "20"}
    )

    assert settings.postage == {Band.SMALL: 350}
    assert settings.refund_limit_pence == 2000


# Mail

SMTP = {"SHOP_SMTP_HOST": "mail.clinic.example", "SHOP_MAIL_FROM": "shop@clinic.example"}


@pytest.mark.parametrize(
    ("how", "port"),
    [({}, 587), ({"SHOP_SMTP_TLS": "tls"}, 465), ({"SHOP_SMTP_TLS": "off"}, 25),
     ({"SHOP_SMTP_PORT": "2525"}, 2525)],
)  # fmt: skip
def test_a_mail_server_needs_a_host_and_a_sender_and_nothing_else(
    how: dict[str, str], port: int
) -> None:
    server = Settings.read({**SMTP, **how}).mail_server

    assert server
    assert (server.host, server.port, server.from_) == (
        "mail.clinic.example", port, "shop@clinic.example",
    )  # fmt: skip


def test_without_a_mail_server_mail_waits() -> None:
    assert Settings.read({}).mail_server is None


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"SHOP_MAIL_FROM": "shop@clinic.example"}, "SHOP_MAIL_FROM is set and SHOP_SMTP_HOST"),
        ({"SHOP_SMTP_PASSWORD": "x"}, "SHOP_SMTP_PASSWORD is set and SHOP_SMTP_HOST is not"),
        ({**SMTP, "SHOP_MAIL_FROM": ""}, "SHOP_MAIL_FROM must be one mail address"),
        ({**SMTP, "SHOP_MAIL_FROM": "a@b.example, c@d.example"}, "SHOP_MAIL_FROM must be one"),
        ({**SMTP, "SHOP_MAIL_FROM": "a@b.example\r\nBcc: c@d.example"}, "SHOP_MAIL_FROM must be"),
        ({**SMTP, "SHOP_SMTP_HOST": "smtp://mail.example"}, "SHOP_SMTP_HOST must be the name"),
        ({**SMTP, "SHOP_SMTP_HOST": "mail.example\n"}, "SHOP_SMTP_HOST must be the name"),
        ({**SMTP, "SHOP_SMTP_PORT": "0"}, "SHOP_SMTP_PORT must be a number"),
        ({**SMTP, "SHOP_SMTP_PORT": "65536"}, "SHOP_SMTP_PORT must be a number"),
        ({**SMTP, "SHOP_SMTP_PORT": "smtp"}, "SHOP_SMTP_PORT must be a number"),
        ({**SMTP, "SHOP_SMTP_TLS": "yes"}, "SHOP_SMTP_TLS is starttls, tls or off"),
        ({**SMTP, "SHOP_SMTP_USER": "clinic"}, "Set both SHOP_SMTP_USER and SHOP_SMTP_PASSWORD"),
        ({**SMTP, "SHOP_SMTP_USER": "a", "SHOP_SMTP_PASSWORD": "b\nRSET"}, "plain characters"),
        ({**SMTP, "SHOP_SMTP_USER": "a", "SHOP_SMTP_PASSWORD": "pässword"}, "plain characters"),
    ],
)
def test_a_mail_setting_that_can_not_be_right_is_refused_by_name(
    config: dict[str, str], sentence: str
) -> None:
    with pytest.raises(NotReady, match=sentence):
        Settings.read(config)


def test_the_mail_servers_password_is_not_shown() -> None:
    settings = Settings.read({**SMTP, "SHOP_SMTP_USER": "a", "SHOP_SMTP_PASSWORD": "s3cret"})

    assert "s3cret" not in repr(settings) + repr(settings.mail_server)


def test_a_zone_costs_what_is_set_for_it_and_else_what_the_mainland_does() -> None:
    prices = {"SHOP_POSTAGE_SMALL": "3.50", "SHOP_POSTAGE_MEDIUM": "5.95"}
    zoned = Settings.read({**prices, "SHOP_POSTAGE_NI_SMALL": "5.50",
                           "SHOP_POSTAGE_ISLANDS_MEDIUM": "none"})  # fmt: skip

    assert Settings.read(prices).postage_zones == {}
    assert zoned.postage == {Band.SMALL: 350, Band.MEDIUM: 595}
    assert zoned.postage_zones == {
        PostZone.NI: {Band.SMALL: 550, Band.MEDIUM: 595},
        PostZone.ISLANDS: {Band.SMALL: 350},
    }
    assert zoned.zones.own == {PostZone.NI, PostZone.ISLANDS}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOP_POSTAGE_NI_SMALL", "no"),
        ("SHOP_POSTAGE_NI_MEDIUM", "-1"),
        ("SHOP_POSTAGE_ISLANDS_SMALL", "5,50"),
        ("SHOP_POSTAGE_ISLANDS_MEDIUM", "1000.00"),
        ("SHOP_POSTAGE_ISLANDS", "HS, ZE"),
    ],
)
def test_a_zone_that_can_not_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(NotReady, match=name):
        Settings.read({name: value})
