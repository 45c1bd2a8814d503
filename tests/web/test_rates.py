"""How often an address may ask what is open to all."""

import pytest

from api.errors import TooManyRequests
from api.web.rates import Rate, Rates, client_address

RATE = Rate(a_minute=3)


def spend(rates, *addresses, operation="verify"):
    for address in addresses:
        rates.spend(RATE, operation, address)


def test_an_address_that_asks_too_often_is_told_when_it_may_again():
    rates = Rates()
    spend(rates, *["192.0.2.1"] * 3)
    with pytest.raises(TooManyRequests) as refused:
        spend(rates, "192.0.2.1")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60


def test_addresses_and_operations_are_counted_apart():
    rates = Rates()
    spend(rates, *["192.0.2.1"] * 3, "192.0.2.2")
    spend(rates, "192.0.2.1", operation="another")


def test_a_network_of_ipv6_is_one_address():
    rates = Rates()
    spend(rates, "2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1")
    with pytest.raises(TooManyRequests):
        spend(rates, "2001:db8::4")


def test_those_without_an_address_are_one():
    rates = Rates()
    spend(rates, "", "unix:", "")
    with pytest.raises(TooManyRequests):
        spend(rates, "")


def test_memory_stays_bounded(monkeypatch):
    monkeypatch.setattr("api.web.rates.MOST_ADDRESSES", 5)
    rates = Rates()
    spend(rates, *["192.0.2.1"] * 3, *(f"192.0.2.{one}" for one in range(2, 8)), "192.0.2.1")


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        (None, 0, "10.0.0.1"),
        ("198.51.100.7", 0, "10.0.0.1"),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("made up, 198.51.100.7", 1, "198.51.100.7"),
        ("made up, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"),
        ("198.51.100.7", 2, "10.0.0.1"),
        (None, 1, "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_saw_is_believed(forwarded, proxies, found):
    assert client_address("10.0.0.1", forwarded, proxies=proxies) == found
