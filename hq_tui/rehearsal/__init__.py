"""The rehearsal partner: a loopback server that speaks the Messages API, without a model.

The app uses it through the same client code as Claude. Every response names it in a header, its
models are called `rehearsal-…`, and its tokens are counted words. It also plays faults from a
seeded script.
"""
