"""What the business teaches its agents: entries cut into passages, searched, and the questions nobody taught."""
