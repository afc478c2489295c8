"""A weighted social graph with its components, and symbolic expressions.
Needs networkx and sympy."""

import random

import networkx
import sympy


def build(scale):
    choose = random.Random(5)
    graph = networkx.barabasi_albert_graph(int(30000 * scale), 4, seed=5)
    for left, right in graph.edges:
        graph.edges[left, right]["weight"] = choose.random()
    for node in choose.sample(list(graph.nodes), int(5000 * scale)):
        graph.remove_node(node)
    for number in range(int(5000 * scale)):
        graph.add_edge("n%d" % number, choose.randrange(int(30000 * scale)), weight=number)
    x, y, z = sympy.symbols("x y z")
    expressions = []
    for number in range(int(60 * scale)):
        base = (x + number * y + sympy.sin(z * number)) ** (2 + number % 5)
        expressions.append(sympy.expand(base).diff(x) + sympy.cos(base) / (1 + y))
    return graph, expressions
