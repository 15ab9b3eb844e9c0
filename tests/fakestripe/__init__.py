"""A stand-in for Stripe: a real HTTP process that keeps a book of its own.

It takes what Stripe's own typed parameters allow and nothing else, answers in Stripe's published
shapes, refuses what Stripe refuses, signs its events, and can be told to misbehave. No card
number, no network, no secret: `python -m tests.fakestripe` serves it on loopback.
"""
