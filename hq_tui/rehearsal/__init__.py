"""A partner for rehearsals: a loopback server that speaks the Messages API, without any model.

The program talks to it through the same client code as to Claude, so a first run without a
key, the tests and the fault drills all walk the same path. It poses as nothing but itself:
every response names it in a header, its models are called `rehearsal-…` unless it is told to
answer to any name, its answers follow written rules, its tokens are counted words. The same
server plays every fault a network can think of, from a seeded script.
"""
