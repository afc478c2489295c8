"""A JSON and database service's state: dataclasses with slots and without,
dicts as json.loads makes them, sqlite rows, an LRU cache, all of it replaced at
random for a while, so that neighbours in memory are of different ages."""

import collections
import dataclasses
import datetime
import json
import random
import sqlite3


@dataclasses.dataclass
class Customer:
    number: int
    name: str
    address: dict
    orders: list
    created: datetime.datetime


class Order:
    __slots__ = ("number", "customer", "lines", "state", "notes")

    def __init__(self, number, customer, lines, state):
        self.number = number
        self.customer = customer
        self.lines = lines
        self.state = state
        self.notes = None


class Line:
    def __init__(self, product, count, price):
        self.product = product
        self.count = count
        self.price = price
        if count > 7:
            self.discount = price * 0.1


class Shop:
    def __init__(self):
        self.products = {}
        self.customers = {}
        self.orders = {}
        self.sessions = collections.OrderedDict()
        self.listeners = []


STATES = ("new", "paid", "sent", "returned")


def customer(number, choose):
    text = json.dumps(
        {
            "street": "street %d" % choose.randrange(10000),
            "city": choose.choice(["Ulm", "Graz", "Lyon", "Porto"]),
            "tags": ["t%d" % choose.randrange(50) for _ in range(choose.randrange(4))],
            "geo": {"lat": choose.random(), "lon": choose.random()},
        }
    )
    when = datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=choose.randrange(10**7))
    return Customer(number, "customer %d" % number, json.loads(text), [], when)


def order(shop, number, choose):
    buyer = shop.customers[choose.choice(shop.keys)]
    lines = [
        Line(shop.products[choose.randrange(len(shop.products))], choose.randrange(10), choose.random() * 100)
        for _ in range(choose.randrange(1, 6))
    ]
    made = Order(number, buyer, lines, choose.choice(STATES))
    buyer.orders.append(made)
    shop.orders[number] = made


def build(scale):
    choose = random.Random(2)
    shop = Shop()
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.execute("create table product(id integer primary key, name text, price real, stock int)")
    database.executemany(
        "insert into product values(?,?,?,?)",
        ((n, "product %d" % n, n * 0.25, n % 97) for n in range(int(20000 * scale))),
    )
    for row in database.execute("select * from product"):
        shop.products[row["id"]] = row if row["id"] % 2 else dict(row)
    for number in range(int(30000 * scale)):
        shop.customers[number] = customer(number, choose)
    shop.keys = list(shop.customers)
    for number in range(int(150000 * scale)):
        order(shop, number, choose)
        if number % 3 == 0:  # an old order goes
            old = shop.orders.pop(choose.randrange(number + 1), None)
            if old is not None:
                old.customer.orders.remove(old)
        if number % 5 == 0:
            shop.sessions[choose.randrange(50000)] = {
                "user": choose.choice(shop.keys),
                "cart": [choose.randrange(1000) for _ in range(choose.randrange(5))],
                "csrf": "%x" % choose.getrandbits(128),
            }
            if len(shop.sessions) > 20000 * scale:
                shop.sessions.popitem(last=False)
        if number % 11 == 0:
            shop.listeners.append(lambda event, n=number: (event, n))
    return shop, database
