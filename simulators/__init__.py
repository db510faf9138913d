"""Loopback servers that behave as the real ones, for `make run`, the tests and the benchmarks. No Django here.

graph.GraphSimulator     Meta's Graph API for WhatsApp Cloud: numbers, sends, signed status webhooks, faults
faults.Fault             what it can be scripted to do wrong
whatsapp                 builders of every webhook payload, `sign`, `post`, `WebhookClient`
openai.OpenAISimulator   Chat Completions with scripted replies: text, tools, errors, hangs
terminal.chat            a WhatsApp conversation at the terminal
server.LoopbackServer    what they stand on: start, stop, url, down

Runnable: `python -m simulators.graph`, `python -m simulators.openai` (see --help).
"""
