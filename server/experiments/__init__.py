"""Blind studies of bots and people: plan, concealed assignment, flow, analysis, report."""
