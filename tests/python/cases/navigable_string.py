"""A crawler that keeps the title of each page in a dict of its class. What BeautifulSoup
calls `.string` is no plain text, but a part of the page's tree, which it keeps alive whole.

Expected: growth names __main__.Crawler.seen[*] as the holder of the NavigableStrings, 20 a
round, and of the trees that hang on them; the chain of one leads through the class attribute.
"""
import sys

from bs4 import BeautifulSoup

import heapsnap

PAGE = "<html><head><title>page %d</title></head><body><p>text <b>bold</b></p></body></html>"


class Crawler(object):
    seen = {}

    def visit(self, number):
        page = BeautifulSoup(PAGE % number, "html.parser")
        self.seen[number] = page.title.string


def visit(first):
    crawler = Crawler()
    for number in range(first, first + 20):
        crawler.visit(number)


visit(0)
heapsnap.dump(sys.argv[1] + "/before")
visit(20)
heapsnap.dump(sys.argv[1] + "/after")
