"""The languages a customer may write in besides Portuguese.

What is written in another language is rewritten into plain Portuguese with a phrasebook (`english`,
`spanish`), so that everything else reads one language only. `detect` tells which one it is.
"""
