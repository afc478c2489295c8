"""The kinds of garbage.py that only 2.7 has. What has `__del__` there is never freed."""
from garbage import FINALIZED, garbage


class Old:
    def method(self):
        return self


class OldFinalizer:
    def __del__(self):
        FINALIZED.append(3)


@garbage
def an_instance_of_the_old_style():
    one = Old()
    one.me = one


@garbage
def a_method_of_the_old_style():
    one = Old()
    one.link = one.method


@garbage
def a_class_of_the_old_style():
    class Local:
        pass

    Local.instances = [Local() for _ in range(3)]
    Local.me = Local


@garbage
def a_finalizer_of_the_old_style():
    one = OldFinalizer()
    one.me = [one]


@garbage
def a_finalizer_of_one_instance():
    one = Old()
    one.me = one
    one.__del__ = one.method


@garbage
def a_finalizer_of_the_old_style_that_hangs_off():
    a = [OldFinalizer()]
    a.append(a)


@garbage
def what_a_finalizer_in_a_cycle_holds():
    one = OldFinalizer()
    one.me = one
    one.holds = [[1], {"x": [2]}]
