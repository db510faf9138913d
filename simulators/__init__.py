"""Loopback servers that behave as the real ones, for `make run`, the tests and the benchmarks. No Django here.

graph.GraphSimulator     Meta's Graph API for WhatsApp Cloud: numbers, sends, files, signed status webhooks
    add_number, add_media, tell_of_media, forget_media, add_template, script(Fault…), reset ·
    messages, messages_to, reads, uploads, content_of, media_calls, wait_for, wait_quiet ·
    customer_says, saw_inbound, post_status, flush · statuses, status_delay, status_copies, enforce_window
faults.Fault             what it does wrong on demand: error, server_error, hang, drop, lost_status, refuse,
                         malformed, failed; `with graph.down():` refuses connections altogether
sent.SentMessage         what was sent: seq, id, phone_number_id, to, payload, at, type, text, options, callback
whatsapp                 builders of every webhook payload, `sign`, `post`, `WebhookClient`
openai.OpenAISimulator   Chat Completions with scripted replies; gemini.GeminiSimulator generateContent,
                         huggingface.HuggingFaceSimulator the router: one way to script all three (`model`)
    script(reply…, times=), answer_with(function), slow(), reset · requests, wait_for, results_in, billed · base_url
    replies: a str, tool, tools(call…), bad_arguments, error, malformed, filtered, dropped, Reply
terminal.chat            a WhatsApp conversation at the terminal; attaching: its /foto, /audio, /documento, /local
server.LoopbackServer    what they stand on: start, stop, url, port, down, close_idle; a context manager

Behind Graph: graph_rules (what Meta accepts), registry (who may see what), sent, media, templates, notifier (webhooks
out), control (its HTTP controls), reading (what a customer sees of a payload).

Runnable: `python -m simulators.graph`, `.openai`, `.gemini`, `.huggingface` (see --help).
"""
