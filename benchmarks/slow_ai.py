"""Two hundred customers wait on an AI that thinks for two seconds: when is the last one answered?"""

from __future__ import annotations

from benchmarks._stack import SECRET, Business, drip, result, stack
from benchmarks.pipeline import answered, requests
from simulators.graph import GraphSimulator
from simulators.openai import OpenAISimulator

CUSTOMERS, THINKING_SECONDS = 200, 2.0


def main() -> None:
    graph = GraphSimulator(app_secret=SECRET, permissive=True, waba_id="999888777666555")
    with graph, OpenAISimulator(text="Olá! Sou a assistente virtual daqui.", delay=THINKING_SECONDS) as ai:
        environ = {"WHATSAPP_GRAPH_URL": graph.url, "OPENAI_BASE_URL": ai.base_url, "OPENAI_API_KEY": "bench"}
        with stack(**environ) as ours:
            ours.start_web()
            graph.webhook_url = ours.webhook
            Business.register(ours)
            ours.start_workers()
            phones, prepared = requests(CUSTOMERS)
            sent, _acknowledged = drip(ours.port, prepared, per_second=400)
            times = answered(graph, phones, timeout=60)
    print(f"the AI alone needs {THINKING_SECONDS:.0f} s when all are asked at once")
    result("200 waiting on a 2 s AI, all answered", max(times.values()) - sent[0], "s", promise=12)


if __name__ == "__main__":
    main()
