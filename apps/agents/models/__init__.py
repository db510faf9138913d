from apps.agents.models.agent import Agent, Call, Deployment, Offer, Proposal, Step, Turn
from apps.agents.models.knowledge import (
    GapAsk,
    KnowledgeChunk,
    KnowledgeEntry,
    KnowledgeGap,
    KnowledgeState,
    KnowledgeVector,
)
from apps.agents.models.money import Budget, Spend

__all__ = [
    "Agent",
    "Budget",
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
    "Spend",
    "Step",
    "Turn",
]
