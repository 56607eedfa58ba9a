"""In the treatment room: the card of a visit, what is given to the unit, recall of a lot, and proposals."""
