"""Scorecards and alerts, sent once.

`known` has the figures of whole periods, `alerts` and `scorecards` what there is to say of them, `wording` how,
`sent` what was said before, `channels` where it goes; `run` does all of it in turn.
"""
