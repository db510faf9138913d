from apps.agents.models.agent import Agent, Call, Deployment, Offer, Proposal, Step, Turn

__all__ = [
    "Agent",
    "Call",
    "Deployment",
    "Offer",
    "Proposal",
    "Step",
    "Turn",
]
