"""Where everything lies while a graph runs, and how much of it at a time: the arena, and layers rolled through windows.

roll(graph)          which layers run a few rows at a time (`rolling`)
plan(graph, chains)  a place in the arena for each tensor, window and scratch (`memory`)
"""
