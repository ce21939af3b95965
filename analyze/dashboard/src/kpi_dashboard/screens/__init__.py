"""The pages, one module each; `team` is what the pages of the three teams have in common.

Not in a folder `pages`: Streamlit would make pages of every module in it.
"""
