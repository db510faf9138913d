from apps.agents.models.agent import Agent, Call, Deployment, Offer, Proposal, Step, Turn
from apps.agents.models.knowledge import (
    GapAsk,
    KnowledgeChunk,
    KnowledgeEntry,
    KnowledgeGap,
    KnowledgeState,
    KnowledgeVector,
)

__all__ = [
    "Agent",
    "Call",
    "Deployment",
    "GapAsk",
    "KnowledgeChunk",
    "KnowledgeEntry",
    "KnowledgeGap",
    "KnowledgeState",
    "KnowledgeVector",
    "Offer",
    "Proposal",
    "Step",
    "Turn",
]
