"""Simulated customers: seeded people with a goal and a temper, who talk to the production engine.

They read the replies as a customer would, react to what is said, and are judged by what the database
holds in the end. `people` says who they are, `talking` how they answer, `typing` how they type,
`stage` puts them before the engine.
"""
