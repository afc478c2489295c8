"""asyncio's tasks and what they run are named in the file as Task.get_name() and
__qualname__ say, in chains too. A name made at run time can be data: labels="keys".
"""
from __future__ import print_function

import gc
import unittest

import heapsnap
import oracle
import portable

SOURCE = """
import asyncio

class Local:
    pass

class Service:
    async def serve(self, held):
        await self.wait(held)

    async def wait(self, held):
        only = Local()
        self.local = id(only)
        await asyncio.sleep(1000, held)

async def steps(held):
    yield held

def name(task, text):
    if hasattr(task, "set_name"):
        task.set_name(text)

async def main(service, held, dump):
    loop = asyncio.get_event_loop()
    tasks = [loop.create_task(service.serve([held, i])) for i in range(3)]
    name(tasks[1], "poller")
    name(tasks[2], "-".join(["made", "at", "run", "time"]))
    generator = steps(held)
    await asyncio.sleep(0)
    dump(tasks, generator, service.local)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
"""


@unittest.skipIf(portable.PYTHON2, "no asyncio")
class TaskNames(unittest.TestCase):
    def setUp(self):
        self.workplace = oracle.Workplace()
        self.addCleanup(self.workplace.close)
        self.file = self.workplace.file("tasks.heapsnap")
        gc.collect()  # what other tests left would be in the file

    def dumped(self, **options):
        """Names of the tasks as they say and as the file does; names of the coroutines."""
        import asyncio
        space, said = portable.defined(SOURCE), {}

        def dump(tasks, generator, local):
            heapsnap.dump(self.file, **options)
            said["asked"] = [task.get_name() if hasattr(task, "get_name") else None for task in tasks]
            rows = oracle.export(self.file)
            said["tasks"] = [rows[id(task)].name for task in tasks]
            said["generator"] = rows[id(generator)].name
            said["coroutines"] = sorted(str(row.name) for row in rows.values() if row.type == "coroutine")
            said["chains"] = [oracle.heapsnap("chain", self.file, hex(one)) for one in (id(tasks[1]), local)]

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        self.addCleanup(asyncio.set_event_loop, None)
        self.addCleanup(loop.close)
        loop.run_until_complete(space["main"](space["Service"](), [], dump))
        return said

    def test_names(self):
        said = self.dumped()
        asked = said["asked"] if said["asked"][0] is not None else [None] * 3
        self.assertEqual(said["tasks"][:2], asked[:2])
        self.assertIsNone(said["tasks"][2])
        self.assertEqual(said["generator"], "steps")
        self.assertEqual(said["coroutines"].count("Service.serve"), 3)
        self.assertEqual(said["coroutines"].count("Service.wait"), 3)
        if asked[1] is not None:
            self.assertIn(" Task poller\n", said["chains"][0])
        self.assertIn(" coroutine Service.wait()\n", said["chains"][1])

    def test_names_made_at_run_time(self):
        said = self.dumped(labels="keys")
        self.assertEqual(said["tasks"], said["asked"])

    def test_without_labels(self):
        said = self.dumped(labels=False)
        self.assertEqual(said["tasks"] + [said["generator"]], [None] * 4)


if __name__ == "__main__":
    unittest.main()
